//! The command line, whole on one page. It is kept stable: scripts and tests stand on it.

use clap::{Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;

/// 帮办：村（社区）帮代办员的办件台账（命令行）。Bangban, the case ledger of a village helper agent.
#[derive(Parser, Debug)]
#[command(name = "bangban", version, about, arg_required_else_help = true)]
pub struct Args {
    /// 台账文件夹 / the ledger's folder
    #[arg(long, global = true, env = "BANGBAN_LEDGER", value_name = "DIR")]
    pub ledger: Option<PathBuf>,
    /// 只输出一个 JSON 对象 / print exactly one JSON object
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// 新建台账 / make a ledger
    Init {
        /// 帮代办员姓名 / the agent's name
        #[arg(long, default_value = "帮代办员")]
        agent: String,
        /// 密钥推导用时（毫秒），不低于 64 MiB / how long deriving the key should take; never below 64 MiB
        #[arg(long, default_value_t = 1000, value_name = "MS")]
        derivation_ms: u64,
    },
    /// 用登记码接入乡镇中心 / enrol with the township by its code
    Enrol {
        /// 登记码 / the code
        code: String,
    },
    /// 花名册 / the village roster
    #[command(subcommand)]
    Roster(Roster),
    /// 官方到期名单 / official lists of who is due
    #[command(subcommand)]
    Due(Due),
    /// 群众 / people
    #[command(subcommand)]
    Person(Person),
    /// 家庭 / households
    #[command(subcommand)]
    Household(Household),
    /// 走访 / visits
    #[command(subcommand)]
    Visit(Visit),
    /// 办件 / cases
    #[command(subcommand)]
    Case(Case),
    /// 不一致的内容：查看、核对 / values that did not see each other
    #[command(subcommand)]
    Conflict(Conflict),
    /// 事项 / service items
    #[command(subcommand)]
    Item(Item),
    /// 表单：检查、试填、新建，不需要台账 / forms: check, try, begin; needs no ledger
    #[command(subcommand)]
    Form(Form),
    /// 事项目录：检查，不需要台账 / the catalogue: check; needs no ledger
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// 报送 / report to the township over the network
    Sync {
        /// 临时改用的地址 / another address for this once
        #[arg(long, value_name = "ADDR")]
        address: Option<String>,
        /// 断线后最多重连次数 / tries in a row without progress
        #[arg(long, default_value_t = 5)]
        tries: u32,
    },
    /// 报送包 / the batch file
    #[command(subcommand)]
    Batch(Batch),
    /// 回执 / the receipt file
    #[command(subcommand)]
    Receipt(Receipt),
    /// 改口令 / change the PIN
    Pin,
    /// 帮代办员：查看、增加、离岗 / the agents of this laptop
    #[command(subcommand)]
    Agent(Agent),
    /// 忘记口令：用乡镇念的恢复码设新口令 / a forgotten PIN: in with a recovery code
    Recover {
        /// 恢复码，7 组、每组 5 位 / the code
        code: String,
        /// 帮代办员（姓名或编号），只有一人时不用写 / agent
        #[arg(long)]
        agent: Option<String>,
    },
    /// 第二份备份：未报送的记录和草稿，自动存到 U 盘或另一块硬盘 / the second copy of what is not sent yet
    #[command(subcommand)]
    Copy(Copy),
    /// 概况 / how things stand
    Status,
    /// 乡镇未采用、待核的记录及原因 / what the center did not take, and why
    Quarantine,
    /// 核对台账是否完整 / check the ledger against itself
    Verify,
    /// 检查台账文件有没有损坏 / look whether the ledger's files are damaged
    Check,
    /// 修复损坏的台账：原文件移开保留，能读的和中心有的都找回来 / set aside what is damaged and build it anew
    Repair {
        /// 放第二份备份的文件夹：读不出的从那里补 / the folder with the second copy, for what does not read any more
        #[arg(long, value_name = "DIR")]
        from: Option<PathBuf>,
    },
    /// 生成测试数据 / synthetic cases for benchmarks
    Fill {
        /// 办件数 / cases
        #[arg(long)]
        cases: u64,
        /// 每件照片数 / photos a case
        #[arg(long, default_value_t = 0)]
        photos: u64,
        /// 每张字节数 / bytes a photo
        #[arg(long, default_value_t = 150_000)]
        photo_bytes: usize,
        /// 随机种子 / seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Subcommand, Debug)]
pub enum Agent {
    /// 列表，及恢复码是否备好 / list, and whether the township can help
    List,
    /// 增加一名帮代办员，口令由她自己输入 / another agent, who types a PIN of her own
    Add {
        /// 姓名 / name
        name: String,
    },
    /// 一名帮代办员离岗：她的口令不再打开台账，数据密钥随之更换 / an agent leaves
    Remove {
        /// 姓名或编号 / name or id
        agent: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Roster {
    /// 导入 / import
    Import {
        /// Excel 或 CSV 文件 / workbook
        file: PathBuf,
        /// 只预览，不导入 / only preview
        #[arg(long)]
        preview: bool,
        /// 村代码（12 位），默认本机所登记的第一个村 / village code
        #[arg(long, value_name = "CODE")]
        village: Option<String>,
    },
    /// 生成演示花名册（虚构人员）/ write a demo roster of fictitious people
    Demo {
        /// 写到这里 / where to
        file: PathBuf,
        /// 随机种子 / seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// 户数 / households
        #[arg(long, default_value_t = 300)]
        households: usize,
        /// 人数 / people
        #[arg(long, default_value_t = 1000)]
        people: usize,
        /// 村代码 / village code
        #[arg(long, default_value = "420703200209", value_name = "CODE")]
        village: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Due {
    /// 导入 / import
    Import {
        /// Excel 或 CSV 文件 / workbook
        file: PathBuf,
        /// 名单没有写事项时按这一事项（代码）/ item meant where a row names none
        #[arg(long, value_name = "CODE")]
        item: String,
        /// 只预览，不导入 / only preview
        #[arg(long)]
        preview: bool,
    },
}

#[derive(Subcommand, Debug)]
pub enum Person {
    /// 按姓名、拼音、证件号、电话查找 / find by name, pinyin, number, phone
    Find {
        /// 查找内容 / what to find
        text: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Household {
    /// 查看一户：户籍户与共同生活家庭成员 / show a household
    Show {
        /// 户号 / number or id
        household: String,
    },
    /// 登记共同生活家庭成员 / record who lives together
    Living {
        /// 户号 / number or id
        household: String,
        /// 身份证号 / identity number
        #[arg(long)]
        person: String,
        /// 与申请人关系；不填即移出 / relation; without it the person is taken off
        #[arg(long)]
        relation: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
pub enum Visit {
    /// 开始走访 / begin a visit
    Start {
        /// 户号 / number or id
        #[arg(long)]
        household: String,
        /// 见到何人、情况 / who was met, what was found
        #[arg(long, default_value = "")]
        note: String,
    },
    /// 走访记录 / the newest visits
    List,
}

#[derive(ClapArgs, Debug)]
pub struct Content {
    /// 答案文件 {"/data/…": 值} / answers
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// 照片，可写成 材料=文件；图片、文件、录音、录像题写成 题目路径=文件 / a picture, SLOT=FILE to name its material, PATH=FILE to answer a question
    #[arg(long = "photo", visible_alias = "file", value_name = "[SLOT=]FILE")]
    pub photos: Vec<String>,
    /// 已把个人信息处理同意、敏感个人信息单独同意分别读给本人听，本人分别同意 / both consents were read to the person, who agreed to each
    #[arg(long)]
    pub consent: bool,
    /// 上报 / submit
    #[arg(long)]
    pub submit: bool,
}

#[derive(Subcommand, Debug)]
pub enum Case {
    /// 新办件 / open a case
    Open {
        /// 事项代码 / item code
        #[arg(long)]
        item: String,
        /// 身份证号 / identity number
        #[arg(long)]
        person: String,
        /// 走访编号 / visit
        #[arg(long)]
        visit: Option<String>,
        /// 同一周期内已有同一事项的办件，仍要办理 / open it although there is one in this period
        #[arg(long)]
        again: bool,
        #[command(flatten)]
        content: Content,
    },
    /// 办件列表 / list
    List {
        /// 只看这一阶段：submitted, returned, accepted, confirmed / only this stage
        #[arg(long)]
        stage: Option<String>,
        /// 最多几件 / at most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// 查看 / show
    Show {
        /// 办件编号 / case
        id: String,
    },
    /// 改正退回的办件，或继续填草稿 / correct, or go on with a draft
    Correct {
        /// 办件编号 / case
        id: String,
        #[command(flatten)]
        content: Content,
        /// 去掉一张照片（摘要）/ take a picture off
        #[arg(long = "remove-photo", value_name = "DIGEST")]
        remove_photos: Vec<String>,
    },
    /// 银行上门名单：等银行工作人员上门激活社保卡的人 / who waits for a visit of the bank
    BankVisits,
    /// 上报草稿 / submit a draft
    Submit {
        /// 办件编号 / case
        id: String,
    },
    /// 放弃草稿 / throw a draft away
    Discard {
        /// 办件编号 / case
        id: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Conflict {
    /// 待核对的内容 / what is open
    List,
    /// 以其中一个为准；办件的内容写进草稿，上报后生效 / say which value holds; of a case it goes into the draft
    #[command(group(clap::ArgGroup::new("choice").required(true).args(["take", "text", "keep"])))]
    Settle {
        /// 群众、家庭、走访或办件的编号 / person, household, visit or case
        subject: String,
        /// 内容 / field
        field: String,
        /// 看到的各条记录，默认现在的全部 / the entries that were shown; all that are open by default
        #[arg(long, value_name = "ENTRY")]
        among: Vec<String>,
        /// 以这条记录为准 / the entry whose value holds
        #[arg(long, value_name = "ENTRY")]
        take: Option<String>,
        /// 另写一段文字，只限备注一类 / another text, where both are put together
        #[arg(long)]
        text: Option<String>,
        /// 维持现在的内容 / what holds now
        #[arg(long)]
        keep: bool,
    },
}

#[derive(Subcommand, Debug)]
pub enum Item {
    /// 事项清单 / what can be asked for
    List,
}

#[derive(Subcommand, Debug)]
pub enum Form {
    /// 检查表单工作簿，逐格说明问题 / what is wrong with a workbook, cell by cell
    Check {
        /// XLSForm 工作簿（.xlsx），同一文件夹里的 CSV 一并读取 / workbook; the CSV files beside it are read too
        file: PathBuf,
    },
    /// 逐行计算表达式，JSON Lines：{expr, tz, now?} / evaluate expressions, one JSON object a line
    Eval,
    /// 按 JSON Lines 试填：{answer, value}、{add}、{remove}、{language} / fill a form in, one JSON object a line
    Play {
        /// XLSForm 工作簿（.xlsx）/ workbook
        file: PathBuf,
        /// 当作现在的时刻，如 2026-11-22T09:00:00+08:00 / the moment to count as now
        #[arg(long, value_name = "T")]
        now: Option<String>,
        /// 时区，如 Asia/Shanghai、GMT、+08:00 / time zone
        #[arg(long, value_name = "Z", allow_hyphen_values = true)]
        tz: Option<String>,
    },
    /// 新建一份带说明的模板 / write a commented template
    New {
        /// 写到这里，不覆盖已有文件 / where to; never over a file that is there
        file: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
pub enum Catalogue {
    /// 检查事项文件夹，逐处说明问题 / what is wrong with items, place by place
    Check {
        /// 事项文件夹，或放着若干事项文件夹的文件夹 / an item's folder, or a folder of them
        folder: PathBuf,
    },
}

#[derive(Subcommand, Debug)]
pub enum Batch {
    /// 导出到 U 盘 / write a batch file
    Export {
        /// 写到这里 / where to
        file: PathBuf,
        /// 分成若干文件，每个不超过这么大（如 100MB）/ several files of at most this size each
        #[arg(long, value_parser = piece_bytes)]
        piece: Option<u64>,
    },
}

/// A size as people write it: 100MB, 25M, 1000000.
fn piece_bytes(text: &str) -> Result<u64, String> {
    let text = text.trim().to_ascii_uppercase();
    let text = text.strip_suffix('B').unwrap_or(&text);
    let (digits, unit) = match text.strip_suffix(['K', 'M', 'G']) {
        Some(digits) => (digits, text.chars().last()),
        None => (text, None),
    };
    let unit = match unit {
        Some('G') => 1_000_000_000,
        Some('M') => 1_000_000,
        Some(_) => 1_000,
        None => 1,
    };
    let bytes = digits.trim().parse::<u64>().ok().and_then(|count| count.checked_mul(unit));
    bytes.ok_or_else(|| "100MB".to_owned())
}

#[derive(Subcommand, Debug)]
pub enum Copy {
    /// 设定位置，并立即备份 / choose the place, and copy at once
    Set {
        /// U 盘或另一块硬盘上的文件夹 / a folder on a stick or another disk
        folder: PathBuf,
    },
    /// 不再备份；已备份的保留 / no more copies; what was made stays
    Off,
    /// 立即补齐 / bring it up to date at once
    Now,
    /// 备份情况 / how it stands
    Status,
    /// 用第二份备份恢复台账，恢复到 --ledger 指明的文件夹 / restore the ledger from it into the folder that --ledger names
    Restore {
        /// 放备份的文件夹 / the folder with the copy
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// 忘记口令或换了电脑：乡镇念的恢复码，之后用 recover 设新口令 / a recovery code instead of the PIN; recover follows
        #[arg(long)]
        code: Option<String>,
    },
}

#[derive(Subcommand, Debug)]
pub enum Receipt {
    /// 导入回执 / take in a receipt file
    Import {
        /// 回执文件 / the file
        file: PathBuf,
    },
}
