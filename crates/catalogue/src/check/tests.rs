use super::*;

const CARD: &str = include_str!("good.toml");

/// A form of one question.
fn workbook(kind: &str) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("survey").expect("a name");
    for (row, cells) in (0u32..).zip([["type", "name", "label"], [kind, "card_form", "卡的形式"]]) {
        for (column, cell) in (0u16..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// A catalogue of one item with a form and one that is a guide.
fn good() -> Files {
    let guide = "code = \"GUIDE\"\nname = \"指南\"\nname_en = \"Guide\"\nshort_name = \"指南\"\nshort_name_en = \"Guide\"\n\
        department = \"民政\"\ndepartment_en = \"Civil affairs\"\ncategory = \"aid\"\nvalid_from = 2026-11-22\n";
    Files::from([
        ("ITEM/item.toml".into(), CARD.into()),
        ("ITEM/form.xlsx".into(), workbook("text")),
        ("GUIDE/item.toml".into(), guide.into()),
        ("README.md".into(), b"# \xe5\x85\xb6\xe4\xbb\x96".to_vec()),
    ])
}

fn told(findings: &[Finding]) -> Vec<(&str, &str, &str)> {
    findings.iter().map(|found| (found.file.as_str(), found.cell.as_str(), found.code.as_str())).collect()
}

#[test]
fn the_built_in_catalogue_has_no_errors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let mut files = Files::new();
    for item in std::fs::read_dir(folder).expect("the folder") {
        let item = item.expect("an entry").path();
        for file in std::fs::read_dir(&item).expect("an item") {
            let file = file.expect("a file").path();
            let name =
                |path: &std::path::Path| path.file_name().expect("a name").to_string_lossy().into_owned();
            files.insert(format!("{}/{}", name(&item), name(&file)), std::fs::read(&file).expect("bytes"));
        }
    }
    let report = check_folder(&files);
    assert!(report.ok && report.items >= 3, "{:#?}", report.errors);
}

#[test]
fn a_good_catalogue_is_good_whole_and_item_by_item() {
    let report = check_folder(&good());
    assert_eq!(
        (report.ok, report.items, told(&report.errors), told(&report.warnings)),
        (true, 2, vec![], vec![])
    );
    let alone = Files::from([("item.toml".into(), CARD.into()), ("form.xlsx".into(), workbook("text"))]);
    let report = check_folder(&alone);
    assert_eq!((report.ok, report.items, told(&report.errors)), (true, 1, vec![]));
    assert_eq!(
        told(&report.warnings),
        [("item.toml", "related[1]", "unknown_item")],
        "alone, it may be elsewhere"
    );
}

/// What is wrong when one text of the good item's card is another.
fn with(text: &str, other: &str) -> Report {
    assert!(CARD.contains(text), "{text}");
    let mut files = good();
    files.insert("ITEM/item.toml".into(), CARD.replacen(text, other, 1).into());
    check_folder(&files)
}

#[test]
fn every_mistake_in_a_card_is_told_where_it_is() {
    for (text, other, cell, code) in [
        ("name = \"某事项\"", "name = 某事项", "2:8", "bad_toml"),
        ("department = \"民政\"\n", "", "department", "missing_key"),
        ("short_name = \"某事\"", "short_name = \" \"", "short_name", "missing_key"),
        ("valid_from = 2026-11-22", "valid_from = 20261122", "valid_from", "bad_value"),
        (
            "valid_from = 2026-11-22",
            "valid_from = 2026-11-22\nvalid_to = 2026-11-21",
            "valid_to",
            "bad_value",
        ),
        ("category = \"aid\"", "category = \"money\"", "category", "bad_value"),
        ("code = \"ITEM\"", "code = \"item\"", "code", "bad_value"),
        ("code = \"ITEM\"", "code = \"ITEMS\"", "code", "wrong_folder"),
        ("form = \"form.xlsx\"", "form = \"other.xlsx\"", "form", "bad_value"),
        ("form = \"form.xlsx\"\n", "", "form", "missing_key"),
        ("tags = [\"nearby\"]", "tags = [\"nearby\", \"far\"]", "tags[2]", "bad_value"),
        ("tags = [\"nearby\"]", "tags = \"nearby\"", "tags", "bad_value"),
        ("[closed]\nfrom = 2027-01-01\n", "[closed]\n", "closed.from", "missing_key"),
        ("from = 2027-01-01", "from = \"soon\"", "closed.from", "bad_value"),
        ("kind = \"rolling\"\nmonths = 12", "kind = \"rolling\"", "review_cycle.months", "missing_key"),
        ("kind = \"rolling\"\nmonths = 12", "kind = \"card_validity\"", "review_cycle.kind", "bad_value"),
        ("months = 12", "months = 0", "review_cycle.months", "bad_value"),
        ("certainty = \"sure\" # cycle", "certainty = \"certain\"", "review_cycle.certainty", "bad_value"),
        ("days = 7", "days = \"7\"", "limits.statutory[2].days", "bad_value"),
        ("days = 7", "days = 0", "limits.statutory[2].days", "bad_value"),
        ("day_kind = \"natural\"", "day_kind = \"instant\"", "limits.statutory[2].days", "bad_value"),
        ("day_kind = \"natural\"", "day_kind = \"days\"", "limits.statutory[2].day_kind", "bad_value"),
        ("stage = \"notice\"", "stage = \"nosuch\"", "limits.statutory[2].stage", "unknown_id"),
        ("stage = \"notice\"", "stage = \"notice\"\nwhole = true", "limits.statutory[2].stage", "bad_value"),
        ("stage = \"notice\"", "from = \"acceptance\"", "limits.statutory[2].from", "bad_value"),
        (
            "stage = \"notice\"",
            "stage = \"notice\"\nfrom = \"notice\"",
            "limits.statutory[2].from",
            "bad_value",
        ),
        ("name = \"公示时限\"", "name = \"全程\"", "limits.statutory[2].name", "doubled_id"),
        ("id = \"notice\"", "id = \"apply\"", "stages[2].id", "doubled_id"),
        ("by = \"township\"", "by = \"nobody\"", "stages[2].by", "bad_value"),
        ("rule = \"${age} >= 60\"", "rule = \"${age} >=\"", "eligibility[1].rule", "bad_rule"),
        ("rule = \"${age} >= 60\"", "rule = \"${income} < 500\"", "eligibility[1].rule", "unknown_name"),
        ("hint = \"可申请\"\n", "", "eligibility[1].hint", "missing_key"),
        ("id = \"photo\"", "id = \"id_card\"", "materials[2].id", "doubled_id"),
        ("id = \"photo\"", "id = \"Photo\"", "materials[2].id", "bad_value"),
        ("id = \"photo\"\n", "", "materials[2].id", "missing_key"),
        ("name = \"照片\"\n", "", "materials[2].name", "missing_key"),
        ("required = false", "required = \"no\"", "materials[2].required", "bad_value"),
        ("kind = \"copy\"", "kind = \"paper\"", "materials[1].kind", "bad_value"),
        ("obtained = \"ask\"", "obtained = \"shared\"", "materials[1].picture", "bad_value"),
        (
            "when = \"${card_form} != '' and ${age} < 16\"",
            "when = \"nosuch(1)\"",
            "materials[2].when",
            "bad_rule",
        ),
        ("${card_form} != ''", "${no_question} != ''", "materials[2].when", "unknown_name"),
    ] {
        let report = with(text, other);
        let errors = told(&report.errors);
        assert!(errors.contains(&("ITEM/item.toml", cell, code)), "{other}: {errors:?}");
        assert!(!report.ok && report.items == 2);
        let worded = |found: &Finding| !found.message_zh.is_ascii() && !found.message_en.is_empty();
        assert!(report.errors.iter().all(worded), "{other}");
    }
}

#[test]
fn a_register_names_questions_of_its_form_and_takes_pictures_alone() {
    let card = |register: &str| {
        format!(
            "code = \"DJ\"\nname = \"登记簿\"\nname_en = \"Register\"\nshort_name = \"登记\"\nshort_name_en = \"Register\"\n\
             department = \"民政\"\ndepartment_en = \"Civil affairs\"\ncategory = \"aid\"\nvalid_from = 2026-11-22\n\
             form = \"form.xlsx\"\n[register]\n{register}"
        )
    };
    let check = |register: &str, kind: &str| {
        let card = card(register).into_bytes();
        check_folder(&Files::from([("DJ/item.toml".into(), card), ("DJ/form.xlsx".into(), workbook(kind))]))
    };
    let good = "day = \"card_form\"\ntitle = [\"card_form\"]\ncolumns = [\"card_form\"]\n";
    let report = check(good, "date");
    assert!(report.ok && report.warnings.is_empty(), "{report:?}");
    let open = format!("{good}[register.open]\nstate = \"nosuch\"\ndone = [\"done\"]\n");
    let counts = format!("{good}[[register.counts]]\ncounter = \"hats\"\n");
    let chain = "[register.chain]\nstep = \"card_form\"\nback = \"a\"\ntold = \"b\"\nout = \"c\"\nfrom = \"card_form\"\n\
                 to = \"nosuch\"\n";
    let category = "[register.category]\nas = \"card_form\"\nbasis = \"card_form\"\nfrom = \"card_form\"\nto = \"nosuch\"\n";
    let every =
        "[register.open]\nstate = \"card_form\"\ndone = [\"done\"]\nby = \"card_form\"\nevery = \"nosuch\"\n";
    for (register, kind, cell, code) in [
        (
            &good.replace("columns = [\"card_form\"]", "columns = [\"x\"]"),
            "date",
            "register.columns[1]",
            "unknown_name",
        ),
        (&good.replace("day = \"card_form\"\n", ""), "date", "register.day", "unknown_name"),
        (&open, "date", "register.open.state", "unknown_name"),
        (&counts, "date", "register.counts[1].counter", "bad_value"),
        (&good.to_owned(), "audio", "register", "bad_value"),
        (&format!("{good}sealed = true\n"), "image", "register.sealed", "bad_value"),
        (&format!("{good}sealed = true\nperson = true\n"), "date", "register.sealed", "bad_value"),
        (&format!("{good}guide = \"nosuch\"\n"), "date", "register.guide", "unknown_name"),
        (&format!("{good}{chain}"), "date", "register.chain", "bad_value"),
        (&format!("{good}{category}"), "date", "register.category", "bad_value"),
        (&format!("{good}{category}"), "date", "register.category.to", "unknown_name"),
        (&format!("{good}{chain}"), "date", "register.chain.to", "unknown_name"),
        (&format!("{good}page = [\"card_form\"]\n"), "date", "register.page", "bad_value"),
        (&format!("{good}person = true\npage = [\"x\"]\n"), "date", "register.page[1]", "unknown_name"),
        (&format!("{good}{every}"), "date", "register.open.every", "bad_value"),
        (&format!("{good}person = true\n{every}"), "date", "register.open.every", "unknown_name"),
    ] {
        let report = check(register, kind);
        let errors = told(&report.errors);
        assert!(errors.contains(&("DJ/item.toml", cell, code)), "{register}: {errors:?}");
    }
}

#[test]
fn what_deserves_a_look_is_told_and_hinders_nothing() {
    for (text, other, cell, code) in [
        ("category = \"aid\"", "", "category", "missing_key"),
        ("category = \"aid\"", "category = \"aid\"\ncolour = \"red\"", "colour", "unknown_key"),
        ("kind = \"copy\"", "kind = \"copy\"\nsize = 3", "materials[1].size", "unknown_key"),
        ("name_en = \"Some item\"", "", "name_en", "missing_english"),
        ("name_en = \"Photograph\"", "", "materials[2].name_en", "missing_english"),
        ("hint_en = \"may ask\"", "", "eligibility[1].hint_en", "missing_english"),
        (
            "agent_must_not_en = [\"decide\"]",
            "agent_must_not_en = [\"decide\", \"promise\"]",
            "agent_must_not_en",
            "missing_english",
        ),
        ("related = [\"GUIDE\"]", "related = [\"GUIDE\", \"NOSUCH\"]", "related[2]", "unknown_item"),
        ("reason = \"停办\"\n", "", "closed.reason", "missing_key"),
        ("stage = \"notice\"", "whole = true", "limits.statutory[2].whole", "bad_value"),
    ] {
        let report = with(text, other);
        let warnings = told(&report.warnings);
        assert!(
            report.ok && warnings.contains(&("ITEM/item.toml", cell, code)),
            "{other}: {warnings:?} {:?}",
            report.errors
        );
    }
}

#[test]
fn files_that_are_missing_broken_or_too_large_are_told() {
    let changed = |path: &str, bytes: Option<Vec<u8>>| {
        let mut files = good();
        files.remove(path);
        if let Some(bytes) = bytes {
            files.insert(path.into(), bytes);
        }
        check_folder(&files)
    };
    for (path, bytes, told_of) in [
        ("ITEM/form.xlsx", None, ("ITEM/item.toml", "form", "missing_file")),
        ("ITEM/item.toml", None, ("ITEM/item.toml", "", "missing_file")),
        ("ITEM/form.xlsx", Some(b"no workbook".to_vec()), ("ITEM/form.xlsx", "", "not_a_workbook")),
        ("ITEM/item.toml", Some(vec![b'#'; MAX_CARD_BYTES + 1]), ("ITEM/item.toml", "", "too_large")),
        ("ITEM/item.toml", Some(b"code = \"\xb5\xcd\xb1\xa3\"".to_vec()), ("ITEM/item.toml", "", "bad_toml")),
        ("ITEM/large.csv", Some(vec![b'x'; 600_000]), ("ITEM/form.xlsx", "", "too_large")),
    ] {
        let report = changed(path, bytes);
        assert!(told(&report.errors).contains(&told_of), "{told_of:?}: {:?}", report.errors);
    }
    let mark = [b"\xef\xbb\xbf".to_vec(), CARD.into()].concat();
    assert!(changed("ITEM/item.toml", Some(mark)).ok, "as Windows' editor writes it");
    let none = check_folder(&Files::from([("README.md".into(), Vec::new())]));
    assert_eq!((none.ok, told(&none.errors)), (false, vec![("", "", "no_items")]));
}

#[test]
fn a_broken_form_is_told_by_cell_and_its_questions_are_not_missed() {
    let mut files = good();
    files.insert("ITEM/form.xlsx".into(), workbook("nosuch"));
    let report = check_folder(&files);
    let errors = told(&report.errors);
    assert!(
        errors.iter().all(|(file, cell, _)| *file == "ITEM/form.xlsx" && cell.starts_with("survey!")),
        "{errors:?}"
    );
    assert!(errors.contains(&("ITEM/form.xlsx", "survey!A2", "unknown_type")), "{errors:?}");
}

#[test]
fn items_must_differ_in_code_and_name() {
    let mut files = good();
    files.insert("OTHER/item.toml".into(), CARD.replace("form = \"form.xlsx\"\n", "").into());
    let errors = check_folder(&files).errors;
    for expected in ["doubled_item", "doubled_name", "wrong_folder"] {
        assert!(
            told(&errors).iter().any(|(file, _, code)| *file == "OTHER/item.toml" && *code == expected),
            "{expected}: {errors:?}"
        );
    }
}

#[test]
fn a_bundle_names_items_that_are_there_and_some_with_a_form() {
    let bundle = |items: &[&str]| {
        let head = "code = \"EVENT\"\nname = \"一件事\"\nshort_name = \"一件事\"\ndepartment = \"民政\"\nvalid_from = 2026-11-22\n\
            [[materials]]\nid = \"id_card\"\nname = \"身份证\"\nwhen = \"${card_form} = 'new'\"\n[bundle]\n";
        let items = items.iter().map(|code| format!("[[bundle.items]]\ncode = \"{code}\"\n"));
        let mut files = good();
        files.insert("EVENT/item.toml".into(), (head.to_owned() + &items.collect::<String>()).into());
        let nested = CARD
            .replace("\"ITEM\"", "\"NESTED\"")
            .replace("某事项", "另一件")
            .replace("form = \"form.xlsx\"\n", "");
        let nested = nested.replace("when = ", "note = ") + "[bundle]\n[[bundle.items]]\ncode = \"ITEM\"\n";
        files.insert("NESTED/item.toml".into(), nested.into());
        check_folder(&files)
    };
    let good = bundle(&["ITEM", "GUIDE"]);
    assert!(good.ok, "{:?}", good.errors);
    let guide = ("EVENT/item.toml", "bundle.items[2].code", "item_without_form");
    assert!(told(&good.warnings).contains(&guide), "a guide is only told of");
    for (items, cell, code) in [
        (&["ITEM", "NOSUCH"] as &[_], "bundle.items[2].code", "unknown_item"),
        (&["ITEM", "EVENT"], "bundle.items[2].code", "bad_value"),
        (&["ITEM", "NESTED"], "bundle.items[2].code", "bad_value"),
        (&["ITEM", "ITEM"], "bundle.items[2].code", "doubled_id"),
        (&["GUIDE"], "bundle.items", "item_without_form"),
        (&["GUIDE"], "materials[1].when", "unknown_name"),
        (&[], "bundle.items", "missing_key"),
    ] {
        let report = bundle(items);
        assert!(
            told(&report.errors).contains(&("EVENT/item.toml", cell, code)),
            "{items:?}: {:?}",
            report.errors
        );
    }
}

#[test]
fn a_wrong_value_hides_nothing_else_and_brings_nothing_that_is_not_there() {
    let broken = CARD
        .replacen("category = ", "category = 3 # ", 1)
        .replacen("valid_from = ", "valid_to = 2020-01-01\nvalid_from = ", 1)
        .replacen("[[materials]]", "[[materials]]\nid = \"UPPER\"\nname = \"甲\"\nname_en = \"A\"\nkind = \"paper\"\n\n[[materials]]", 1)
        + "\n[[eligibility]]\nrule = \"${nothing_known} > 1\"\nhint = \"乙\"\nhint_en = \"B\"\n";
    let mut files = good();
    files.insert("ITEM/item.toml".into(), broken.into());
    let report = check_folder(&files);
    let cells: Vec<&str> = report.errors.iter().map(|found| found.cell.as_str()).collect();
    for cell in ["category", "valid_to", "materials[1].kind"] {
        assert!(cells.contains(&cell), "{cell}: {cells:?}");
    }
    assert!(cells.iter().any(|cell| cell.starts_with("eligibility[")), "{cells:?}");
    assert_eq!(cells.len(), 4, "beside a value that was put in nothing is told: {cells:?}");
}
