//! What a sheet may ask of a person, and the headings under which it does.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = [$($heading:literal),+ $(,)?]),+ $(,)?) => {
        /// What a column asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum FillField {
            $($(#[$doc])* $field),+
        }

        impl FillField {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [FillField] = &[$(FillField::$field),+];

            /// All headings it goes by, the usual one first.
            pub(super) fn headings(self) -> &'static [&'static str] {
                match self { $(FillField::$field => &[$($heading),+]),+ }
            }
        }
    };
}

fields! {
    /// 序号: counted in the sheet.
    Number = ["序号", "编号", "顺序号", "行号", "NO.", "No."],
    /// 姓名.
    Name = [
        "姓名", "名字", "人员姓名", "成员姓名", "家庭成员姓名", "居民姓名", "村民姓名", "申请人", "申请人姓名", "老人姓名", "对象姓名",
        "救助对象", "救助对象姓名", "领取人", "领取人姓名", "参保人姓名", "参保人", "被帮扶人", "服务对象", "服务对象姓名", "患者姓名",
        "残疾人姓名", "持卡人姓名", "持卡人", "本人姓名",
    ],
    /// 身份证号.
    Identity = [
        "身份证号", "身份证号码", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码", "身份证", "身份号码", "证件号码", "证件号",
        "社会保障号码", "社会保障号", "申请人身份证号", "申请人身份证号码", "本人身份证号", "本人身份证号码", "老人身份证号",
        "参保人身份证号", "领取人身份证号",
    ],
    /// 性别.
    Sex = ["性别"],
    /// 出生日期, by the identity number.
    Birth = ["出生日期", "出生年月", "出生年月日", "生日", "出生时间"],
    /// 年龄 in whole years today, by the identity number.
    Age = ["年龄", "周岁", "年龄(岁)", "实足年龄"],
    /// 户号.
    HouseholdNo = ["户号", "户编号", "户口编号", "户籍号", "户口号", "户口簿编号", "家庭编号", "农户编号"],
    /// 与户主关系.
    Relation = ["与户主关系", "与户主的关系", "户主关系", "和户主关系", "家庭关系", "成员关系"],
    /// 户主姓名.
    HeadName = ["户主姓名", "户主", "户主名", "户主名字"],
    /// 户主身份证号.
    HeadIdentity = ["户主身份证号", "户主身份证号码", "户主证件号码"],
    /// 家庭人口.
    HouseholdSize = ["家庭人口", "家庭人口数", "户人口", "人口数", "家庭人数", "户人数", "家庭成员数"],
    /// 电话.
    Phone = [
        "电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "本人电话", "移动电话", "联系号码",
    ],
    /// 住址.
    Address = [
        "住址", "家庭住址", "地址", "家庭地址", "详细地址", "详细住址", "居住地址", "现住址", "现居住地", "常住地址", "户籍地址", "户籍住址",
        "户籍所在地", "居住地",
    ],
    /// 村（社区）.
    Village = [
        "村", "村名", "行政村", "村居", "村社区", "村/社区", "村(社区)", "社区", "所在村", "村委会", "村居名称", "村居委会", "村名称",
        "村、社区", "所属村",
    ],
    /// 村民小组, as the address says it.
    Group = ["组", "村组", "小组", "村民小组", "组别", "村民组", "自然村", "所在组"],
    /// 人员类别.
    Categories = [
        "人员类别", "人群类别", "人员类型", "对象类别", "对象类型", "困难类型", "困难类别", "救助类别", "救助类型", "特殊人群", "重点人群", "人员属性",
        "户属性", "农户属性", "帮扶类别", "类别",
    ],
    /// 致困原因, by the newest line of a register about her, else about somebody of her household.
    Causes = [
        "致困原因", "困难原因", "致贫原因", "主要致困原因", "主要致贫原因", "致贫返贫原因", "返贫致贫原因", "致困致贫原因", "主要困难原因",
    ],
    /// 劳动能力, by the newest line about her.
    Labour = ["劳动能力", "有无劳动能力", "劳动能力情况", "劳动能力状况", "劳动力情况", "劳动力状况"],
    /// 收入来源, as 致困原因.
    Income = ["主要收入来源", "收入来源", "家庭收入来源", "家庭主要收入来源", "经济来源", "主要经济来源", "生活来源", "主要生活来源"],
    /// 上年家庭收入 in yuan, as 致困原因.
    YearIncome = ["家庭年收入", "家庭年收入（元）", "上年家庭收入", "上年家庭收入（元）", "家庭年总收入", "年家庭收入"],
    /// 住房情况, as 致困原因.
    Housing = ["住房情况", "住房状况", "居住情况", "房屋情况", "家庭住房情况"],
    /// 残疾类别.
    DisabilityCategory = ["残疾类别", "残疾类型", "残疾种类"],
    /// 残疾等级.
    DisabilityLevel = ["残疾等级", "残疾级别", "残疾程度"],
    /// 享受待遇.
    Receives = [
        "享受待遇", "享受政策", "享受补贴", "享受待遇情况", "享受政策情况", "享受救助情况", "已享受政策", "已享受待遇", "待遇项目", "救助项目",
        "补贴项目", "享受项目",
    ],
    /// 养老认证: 已认证 or 未认证 in this period.
    Certified = ["认证状态", "是否认证", "认证情况", "是否已认证", "资格认证", "资格认证情况", "认证结果"],
    /// 认证日期 of the last certification.
    CertifiedOn = ["认证日期", "认证时间", "最近认证日期", "资格认证日期"],
    /// 填报人: who fills it in.
    FilledBy = ["填报人", "填表人", "经办人", "登记人", "帮办员", "代办员", "帮办代办员", "帮代办员", "采集人"],
    /// 填报日期: today.
    FilledOn = ["填报日期", "填表日期", "登记日期", "填报时间", "登记时间", "采集日期"],
}

impl FillField {
    /// What a heading without signs asks for.
    #[must_use]
    pub fn of_heading(plain: &str) -> Option<FillField> {
        Self::ALL.iter().copied().find(|field| field.headings().contains(&plain))
    }
}
