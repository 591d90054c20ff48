//! The columns of a roster, and the headings they go by.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::layout::Column;

/// A column of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterColumn {
    /// 户号.
    Household,
    /// 姓名.
    Name,
    /// 身份证号.
    Identity,
    /// 与户主关系.
    Relation,
    /// 电话.
    Phone,
    /// 住址.
    Address,
    /// 备注.
    Note,
    /// 人员类别.
    Categories,
    /// 残疾证号 or 残疾类别等级.
    Disability,
    /// 享受待遇.
    Receives,
}

impl RosterColumn {
    /// The columns of the usual sheet, in its order.
    pub const USUAL: [RosterColumn; 7] = [
        RosterColumn::Household,
        RosterColumn::Name,
        RosterColumn::Identity,
        RosterColumn::Relation,
        RosterColumn::Phone,
        RosterColumn::Address,
        RosterColumn::Note,
    ];

    /// The heading on the usual sheet.
    pub fn heading(self) -> &'static str {
        self.headings().first().copied().unwrap_or_default()
    }
}

impl Column for RosterColumn {
    const ALL: &'static [RosterColumn] = &[
        RosterColumn::Household,
        RosterColumn::Name,
        RosterColumn::Identity,
        RosterColumn::Relation,
        RosterColumn::Phone,
        RosterColumn::Address,
        RosterColumn::Note,
        RosterColumn::Categories,
        RosterColumn::Disability,
        RosterColumn::Receives,
    ];
    const MANDATORY: &'static [RosterColumn] =
        &[RosterColumn::Household, RosterColumn::Name, RosterColumn::Identity];

    fn gathers(self) -> bool {
        matches!(self, RosterColumn::Categories | RosterColumn::Disability | RosterColumn::Receives)
    }

    fn headings(self) -> &'static [&'static str] {
        match self {
            RosterColumn::Household => &[
                "户号",
                "户编号",
                "户口编号",
                "户籍号",
                "户口号",
                "户口簿编号",
                "户口本号",
                "家庭编号",
                "家庭户号",
                "农户编号",
                "户序号",
                "户序",
            ],
            RosterColumn::Name => {
                &["姓名", "名字", "人员姓名", "成员姓名", "家庭成员姓名", "居民姓名", "村民姓名", "家庭成员"]
            }
            RosterColumn::Identity => &[
                "身份证号",
                "身份证号码",
                "公民身份号码",
                "公民身份证号码",
                "居民身份证号",
                "居民身份证号码",
                "身份证",
                "身份号码",
                "证件号码",
                "证件号",
                "证件编号",
                "社会保障号码",
                "社会保障号",
            ],
            RosterColumn::Relation => &[
                "与户主关系",
                "与户主的关系",
                "户主关系",
                "和户主关系",
                "同户主关系",
                "与户主之关系",
                "与户主",
                "家庭关系",
                "关系",
                "成员关系",
            ],
            RosterColumn::Phone => &[
                "电话",
                "联系电话",
                "手机",
                "手机号",
                "手机号码",
                "电话号码",
                "联系方式",
                "联系号码",
                "本人电话",
                "移动电话",
            ],
            RosterColumn::Address => &[
                "住址",
                "家庭住址",
                "地址",
                "家庭地址",
                "详细地址",
                "详细住址",
                "居住地址",
                "现住址",
                "常住地址",
                "户籍地址",
                "户籍住址",
                "居住地",
                "村组",
            ],
            RosterColumn::Note => &["备注", "说明", "备注说明", "其他说明", "附注"],
            RosterColumn::Categories => &[
                "人员类别",
                "人群类别",
                "类别",
                "标签",
                "人员标签",
                "困难类型",
                "困难类别",
                "人员类型",
                "人员分类",
                "人群分类",
                "对象类别",
                "对象类型",
                "救助类别",
                "救助类型",
                "帮扶类别",
                "保障类别",
                "人员属性",
                "农户属性",
                "户属性",
                "特殊人群",
                "特殊群体",
                "重点人群",
                "特殊情况",
            ],
            RosterColumn::Disability => &[
                "残疾证号",
                "残疾类别等级",
                "残疾证号码",
                "残疾证编号",
                "残疾人证号",
                "残疾人证号码",
                "残疾人证编号",
                "残疾证",
                "残疾人证",
                "残疾类别及等级",
                "残疾类别和等级",
                "残疾类别/等级",
                "残疾类型等级",
                "残疾类型及等级",
                "残疾等级类别",
                "残疾类别",
                "残疾类型",
                "残疾种类",
                "残疾等级",
                "残疾级别",
                "残疾情况",
                "残疾状况",
            ],
            RosterColumn::Receives => &[
                "享受待遇",
                "享受政策",
                "享受补贴",
                "享受待遇情况",
                "享受政策情况",
                "享受救助",
                "享受救助情况",
                "享受补助",
                "享受何种待遇",
                "享受何种政策",
                "已享受待遇",
                "已享受政策",
                "待遇",
                "待遇项目",
                "待遇类型",
                "救助项目",
                "补贴项目",
                "领取待遇",
                "领取补贴",
                "在享待遇",
            ],
        }
    }
}

impl fmt::Display for RosterColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.heading())
    }
}
