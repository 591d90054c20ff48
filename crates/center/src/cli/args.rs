//! The command line, whole on one page. It is kept stable: scripts and tests stand on it.

use chrono::NaiveTime;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use uuid::Uuid;

/// 帮办·乡镇（街道）中心。The township center of Bangban.
#[derive(Parser, Debug)]
#[command(name = "bangban-center", version, about, arg_required_else_help = true)]
pub struct CommandLine {
    /// 中心的数据文件夹 / the center's folder
    #[arg(long, global = true, env = "BANGBAN_CENTER_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 只输出一个 JSON 对象 / print exactly one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// 新建中心 / make a center
    Init {
        /// 演示：临江乡，附两名工作人员 / the demo township with two staff
        #[arg(long)]
        demo: bool,
        /// 名称 / its name
        #[arg(long)]
        name: Option<String>,
        /// 县（市、区）代码 / division code of its district
        #[arg(long, default_value = "420703")]
        district: String,
        /// 行政区划表 CSV（code,name）/ divisions of the district
        #[arg(long, value_name = "FILE")]
        divisions: Option<PathBuf>,
    },
    /// 运行服务 / serve laptops and the console
    Serve(ServeArgs),
    /// 签发登记码 / issue a one-time code for enrolment
    Code {
        /// 村代码（12 位），可多次 / village code, may be repeated
        #[arg(long = "village", required = true, value_name = "CODE")]
        villages: Vec<String>,
        /// 电脑连接用的地址，默认上次服务的地址 / address that laptops dial
        #[arg(long, value_name = "ADDR")]
        address: Option<String>,
    },
    /// 接收 U 盘报送包 / receive a batch file
    Import {
        /// 报送包 / the file
        file: PathBuf,
        /// 回执写到这里，默认写在报送包旁边 / where the receipt goes
        #[arg(long, value_name = "FILE")]
        receipt: Option<PathBuf>,
    },
    /// 报送包 / batches
    #[command(subcommand)]
    Batch(Batch),
    /// 办件 / cases
    #[command(subcommand)]
    Case(Case),
    /// 待核记录 / quarantine
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// 工作人员 / staff
    #[command(subcommand)]
    Staff(Staff),
    /// 电脑 / laptops
    #[command(subcommand)]
    Laptop(Laptop),
    /// 表单 / forms
    #[command(subcommand)]
    Form(Form),
    /// 事项 / items
    #[command(subcommand)]
    Item(Item),
    /// 删除个人信息：不加 --yes 只列出会删除什么；删除后不能恢复 / erase what is known of a person; without --yes only tells what would go
    Erase(EraseArgs),
    /// 备份：做一份、看一看、恢复 / copies of the center
    #[command(subcommand)]
    Backup(Backup),
    /// 忘记口令：取出、打开恢复码 / a forgotten PIN: recovery codes
    #[command(subcommand)]
    Escrow(Escrow),
    /// 服务器的连接密钥 / the server's TLS key
    #[command(subcommand)]
    Tls(Tls),
    /// 从备份恢复之后 / after the center was put back from a backup
    #[command(subcommand)]
    Recovery(Recovery),
    /// 概况 / how things stand
    Status,
    /// 核对全部数据 / check everything that is kept
    Verify,
}

#[derive(Args, Debug)]
pub struct ServeArgs {
    /// 每天自动备份到这个文件夹；停机错过的，开机补做 / back up here every day; what was missed is made up for
    #[arg(long, value_name = "FOLDER")]
    pub backup_to: Option<PathBuf>,
    /// 每天几点备份 / at this time of day
    #[arg(long, default_value = "12:30", value_name = "HH:MM", value_parser = time_of_day)]
    pub backup_at: NaiveTime,
    /// 自动备份留最近几份 / so many copies stay
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub backup_keep: u16,
    /// 监听地址（TLS：电脑，也可以是浏览器）/ address to listen on with TLS
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub listen: String,
    /// 电脑连接用的地址，写进登记码；默认同监听地址 / address that laptops dial
    #[arg(long, value_name = "ADDR")]
    pub address: Option<String>,
    /// 控制台地址（只限本机，不加密）/ plain HTTP for browsers on this machine
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub console: String,
    /// 反向代理对外的网址 / where browsers find the console behind a proxy
    #[arg(long, value_name = "https://HOST")]
    pub console_origin: Option<String>,
    /// 多少分钟不用自动退出 / sign out after so many minutes without use
    #[arg(long, default_value_t = 30, value_name = "MINUTES")]
    pub idle_minutes: u32,
}

#[derive(Args, Debug)]
pub struct EraseArgs {
    /// 群众或办件编号 / a resident or a case
    pub id: String,
    /// 工作人员（管理员）/ staff
    #[arg(long = "as", value_name = "STAFF")]
    pub staff: String,
    /// 连同这名群众的全部办件 / everything of the case's person
    #[arg(long)]
    pub whole_person: bool,
    /// 原因：requested 本人要求，mistaken 误录，expired 保存期满，other 其他 / why
    #[arg(long, value_parser = ["requested", "mistaken", "expired", "other"])]
    pub reason: String,
    /// 说明（不写个人信息）/ a word on it, nothing personal
    #[arg(long, default_value = "")]
    pub note: String,
    /// 确认删除 / do it
    #[arg(long)]
    pub yes: bool,
}

#[derive(Subcommand, Debug)]
pub enum Batch {
    /// 收件列表 / list
    List {
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: Option<String>,
    },
    /// 预览 / preview
    Preview {
        /// 报送包编号 / batch
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: Option<String>,
    },
    /// 导入到待审 / put its cases on the work list
    Import {
        /// 报送包编号 / batch
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
    /// 撤销导入 / undo the import
    Undo {
        /// 报送包编号 / batch
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Case {
    /// 列表 / list
    List {
        /// 阶段：submitted, returned, accepted, confirmed, withdrawn / stage
        #[arg(long)]
        stage: Option<String>,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: Option<String>,
        /// 最多几件 / at most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// 查看 / show
    Show {
        /// 办件编号 / case
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: Option<String>,
    },
    /// 受理 / accept
    Accept {
        /// 办件编号 / case
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
        /// 屏幕上的修订（默认最新）/ the revision on the screen
        #[arg(long)]
        revision: Option<String>,
    },
    /// 退回补正 / return for correction
    Return {
        /// 办件编号 / case
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
        /// 对某一项的意见：路径=意见 / a remark at a field
        #[arg(long = "remark", value_name = "PATH=TEXT")]
        remarks: Vec<String>,
        /// 总的意见 / a word on the whole
        #[arg(long, default_value = "")]
        note: String,
        /// 屏幕上的修订（默认最新）/ the revision on the screen
        #[arg(long)]
        revision: Option<String>,
    },
    /// 审核确认 / confirm, or refuse
    Confirm {
        /// 办件编号 / case
        id: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
        /// 结果：granted 予以确认，refused 不予确认 / how it is decided
        #[arg(long, value_parser = ["granted", "refused"], default_value = "granted")]
        outcome: String,
        /// 不予确认 / the same as --outcome refused
        #[arg(long)]
        refuse: bool,
        /// 下次到期日（年-月-日）/ next due date
        #[arg(long, value_name = "YYYY-MM-DD")]
        due: Option<chrono::NaiveDate>,
        /// 说明 / a word for the village
        #[arg(long, default_value = "")]
        note: String,
        /// 屏幕上的修订（默认最新）/ the revision on the screen
        #[arg(long)]
        revision: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
pub enum Quarantine {
    /// 列表 / list
    List {
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: Option<String>,
    },
    /// 放行 / release
    Release {
        /// 记录编号 / record
        record: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
    /// 不采用：留存备查，或永久删除内容 / settle a record that is not to come into force
    Settle {
        /// 记录编号 / record
        record: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
        /// 处理：set_aside 不采用，erased 删除内容（管理员）/ how
        #[arg(long, value_parser = ["set_aside", "erased"], default_value = "set_aside")]
        how: String,
        /// 给书写人的说明 / a word for its author
        #[arg(long)]
        note: String,
    },
    /// 不再等缺的记录 / let what waits behind a gap go on without what is missing
    ReleaseGap {
        /// 台账编号 / the incarnation with the gap
        incarnation: String,
        /// 工作人员 / staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Staff {
    /// 增加 / add
    Add {
        /// 姓名 / name
        #[arg(long)]
        name: String,
        /// 角色：acceptor, confirmer, leader, admin / role
        #[arg(long)]
        role: String,
        /// 范围：区划代码前缀 / scope, a division code prefix
        #[arg(long, default_value = "")]
        scope: String,
        /// 从标准输入读密码（一行）；否则给一个随机的初始密码 / read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// 列表 / list
    List,
    /// 重设密码 / give a new password
    SetPassword {
        /// 姓名或编号 / name or id
        staff: String,
        /// 从标准输入读密码（一行）；否则给一个随机的初始密码 / read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// 离岗：不能再登录，姓名留在记录里 / somebody leaves
    Close {
        /// 姓名或编号 / name or id
        staff: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Form {
    /// 发布：每台电脑下次报送后就用新表单 / publish a form; laptops have it after their next exchange
    Publish {
        /// Excel 表单（.xlsx），附带的 CSV 放在同一文件夹 / the workbook; the CSV files it reads lie beside it
        file: PathBuf,
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
        /// 事项编码，默认用表单的 form_id / item code; the form's own identifier if absent
        #[arg(long, default_value = "")]
        item: String,
        /// 事项名称（新事项），默认用表单标题 / name of a new item
        #[arg(long, default_value = "")]
        name: String,
        /// 主管部门（新事项）/ which department decides, for a new item
        #[arg(long, default_value = "")]
        department: String,
    },
    /// 列表 / list
    List,
}

#[derive(Subcommand, Debug)]
pub enum Item {
    /// 发布事项文件夹（item.toml，有表单的还有 form.xlsx）；有错就按文件和位置列出，不发布 / publish an item's folder
    Publish {
        /// 事项文件夹 / the folder with its item.toml
        folder: PathBuf,
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Laptop {
    /// 列表 / list
    List,
    /// 改变负责的村；电脑下次报送时得知 / the villages it is responsible for
    Assign {
        /// 电脑编号 / laptop
        id: uuid::Uuid,
        /// 村代码（12 位），可多次 / village code, may be repeated
        #[arg(long = "village", required = true, value_name = "CODE")]
        villages: Vec<String>,
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
    /// 给一台电脑写回执文件（不用先收报送包）：镇里的决定、事项、回执 / write a file for a laptop that brought none
    Answer {
        /// 电脑编号（见列表）/ its id, from the list
        laptop: Uuid,
        /// 写到这里 / where to
        file: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
pub enum Escrow {
    /// 取出一台电脑的恢复密封件，拿到放离线密钥的电脑上打开；谁取的会留痕 / take a laptop's sealed data key out
    Take {
        /// 电脑编号（见 laptop list）/ laptop
        laptop: Uuid,
        /// 写到这里（U 盘）/ where to
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
    /// 用离线密钥读出恢复码，在电话里念给帮代办员；不要在服务器上做 / read the recovery code with the offline key, not at the server
    Open {
        /// 恢复密封件，或那台电脑的 keys.json / what was taken out, or the laptop's keys.json
        file: PathBuf,
        /// 离线密钥文件 escrow.key / the offline key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
pub enum Tls {
    /// 换上下一把连接密钥（原来的可能泄露时）；电脑不用重新登记。换后重启服务 / put the next key in the place of the present one; restart serve
    Replace {
        /// 离线保存的 next-tls-….key / the key that lay offline
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Backup {
    /// 做一份备份并逐项核对；中心照常工作 / make one and read it again; the center goes on working
    Make {
        /// 备份放在哪个文件夹（最好在另一块盘或U盘上）/ the folder of copies, best on another disk
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// 留最近几份 / so many stay
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=1000))]
        keep: u16,
    },
    /// 最近一份备份 / the newest one
    Show,
    /// 从一份备份恢复到新的数据文件夹（--data），需要离线密钥 / make a new data folder of a copy, with the offline key
    Restore {
        /// 备份（其中有 backup.json 的文件夹）/ the copy's folder
        copy: PathBuf,
        /// 离线密钥文件 escrow.key / the offline key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
pub enum Recovery {
    /// 恢复情况，和只剩编号的记录 / how it stands, and entries of which only the hash is left
    Show,
    /// 刚从备份恢复：进入恢复期 / the folder was put back from a backup: begin
    Begin,
    /// 已核对电脑名单（该停用的已停用），开始收件 / laptops were looked through: serve them
    Confirm {
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
    /// 结束恢复，恢复办理 / end it: decisions are taken again
    Close {
        /// 工作人员（管理员）/ staff
        #[arg(long = "as", value_name = "STAFF")]
        staff: String,
    },
}

fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|problem| problem.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_page_holds_together() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn the_data_folder_stands_before_or_after_the_verb() {
        let before =
            CommandLine::try_parse_from(["bangban-center", "--data", "d", "status", "--json"]).unwrap();
        let after =
            CommandLine::try_parse_from(["bangban-center", "status", "--json", "--data", "d"]).unwrap();
        assert_eq!(before.data, after.data);
        assert!(before.json && after.json);
    }
}
