//! What is set is read back from the pages themselves, before they become a file.

use super::*;
use typst::layout::{Frame, FrameItem};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn report() -> Report {
    Report {
        title: "Compliance report".to_owned(),
        subject: "Acme Industries".to_owned(),
        from: at("2026-08-24T07:00:00Z"),
        to: at("2026-11-22T07:12:00Z"),
        covers: "SOC 2".to_owned(),
        made_at: at("2026-11-22T07:12:09Z"),
        made_by: "Ana Brandt".to_owned(),
        notes: vec!["It certifies nothing.".to_owned()],
        evidence_title: "Evidence".to_owned(),
        source: Some("https://gate.example/audit?of=acme".to_owned()),
        sections: vec![Section { title: "SOC 2".to_owned(), criteria: vec![criterion(1)] }],
    }
}

fn criterion(number: usize) -> Criterion {
    Criterion {
        id: format!("CC{number}"),
        title: format!("Title {number}"),
        state: State::Attention,
        checks: vec![check(State::Attention, "5 active grants have no end.")],
        figures: "3 entries of evidence.".to_owned(),
        evidence: vec![evidence("Ana granted access to Acme")],
    }
}

fn check(state: State, sentence: &str) -> Check {
    Check { state, sentence: sentence.to_owned(), figure: "5".to_owned() }
}

fn evidence(sentence: &str) -> Evidence {
    Evidence {
        at: at("2026-11-01T08:00:01Z"),
        sentence: sentence.to_owned(),
        code: "grant.create".to_owned(),
        id: "019a9f2e-7c1b-7d3e-9a52-2f1f8a3f6b11".to_owned(),
    }
}

/// The text of each page, without its white space: where lines end is the layout's affair.
fn pages(report: &Report) -> Vec<String> {
    let document = typeset(report, Letters::OfOurFonts).unwrap();
    let text = |frame: &Frame| {
        let mut text = String::new();
        read(frame, &mut text);
        text.retain(|letter| !letter.is_whitespace() && letter != '\u{200b}');
        text
    };
    document.pages().iter().map(|page| text(&page.frame)).collect()
}

fn read(frame: &Frame, text: &mut String) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => read(&group.frame, text),
            FrameItem::Text(run) => text.push_str(&run.text),
            _ => {}
        }
    }
}

fn close(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

#[track_caller]
fn says(text: &str, words: &str) {
    assert!(text.contains(&close(words)), "{words:?} is not in {text}");
}

#[test]
fn a_report_says_what_it_was_given() {
    let all = pages(&report()).concat();
    for words in [
        "Compliance report",
        "Acme Industries",
        "24 August 2026, 07:00 – 22 November 2026, 07:12 UTC",
        "Ana Brandt",
        "It certifies nothing.",
        "What somebody should look at",
        "CC1 Title 1",
        "Needs attention",
        "5 active grants have no end.",
        "3 entries of evidence.",
        "1 Nov 2026, 08:00:01",
        "Ana granted access to Acme",
        "grant.create 019a9f2e-7c1b-7d3e-9a52-2f1f8a3f6b11",
        "Page 1 of 1",
    ] {
        says(&all, words);
    }
    // The address is a link; what is asked of the page is not read aloud.
    says(&all, "https://gate.example/audit");
    assert!(!all.contains("of=acme"));
    // Two pages need no contents.
    assert!(!all.contains("Contents"));
}

#[test]
fn words_that_look_like_markup_are_printed_and_do_nothing() {
    let mut hostile = report();
    let words = [
        r#"#read("/etc/passwd")"#,
        r#"#panic("x") #include "/etc/passwd" #import "@preview/evil:1.0.0": *"#,
        r"$ x^2 $ \ \u{41} *bold* _it_ `raw` <label> @ref = heading - item + item / term: x // no comment /* none */",
        r#"" + read("report.json") + " \" \\" ] } ) ; let x = 1"#,
        "https://evil.example/?q=1 ana@acme.example --- ~ ... '\"",
        "ליאת כהן and ليلى حسن",
    ];
    hostile.subject = words[0].to_owned();
    hostile.made_by = words[1].to_owned();
    hostile.title = words[2].to_owned();
    let criterion = &mut hostile.sections[0].criteria[0];
    criterion.title = words[3].to_owned();
    criterion.id = "$#\\".to_owned();
    criterion.checks = words.iter().map(|words| check(State::Attention, words)).collect();
    criterion.evidence = words.iter().map(|words| evidence(words)).collect();
    let all = pages(&hostile).concat();
    for words in &words[..5] {
        says(&all, words);
    }
    for word in ["$#\\", "and", "حسن"] {
        says(&all, word);
    }
    assert!(!all.contains("root:"));
    // What the file says of itself is text too.
    hostile.subject = "#read(\"/etc/passwd\") <x> & \u{202e} ليلى".to_owned();
    let file = pdf_with(&hostile, Letters::OfOurFonts).unwrap();
    let title = "#read(&quot;/etc/passwd&quot;) &lt;x&gt; &amp; [U+202E] ليلى";
    assert!(file.windows(title.len()).any(|window| window == title.as_bytes()));
}

#[test]
fn what_cannot_be_printed_is_spelt_out_and_what_is_long_is_whole() {
    let mut hostile = report();
    hostile.subject = "Ac\0me \u{202e}diap\u{202c} 😀".to_owned();
    let long = "0123456789".repeat(1_000);
    hostile.sections[0].criteria[0].evidence = vec![evidence(&long), evidence(&"😀".repeat(1_000))];
    let pages = pages(&hostile);
    let head = "Ac[U+0000]me [U+202E]diap[U+202C] [U+1F600]";
    says(&pages[0], head);
    says(&pages[1], head);
    // It goes over pages, each with its head and foot.
    let digits: String = pages.concat().chars().filter(char::is_ascii_digit).collect();
    assert!(digits.matches("0123456789").count() >= 990, "not all of it is there");
    // At the end of a page one may be in two pieces.
    assert!(pages.concat().matches("[U+1F600]").count() >= 990);
    pdf_with(&hostile, Letters::OfOurFonts).unwrap();
}

#[test]
fn nothing_is_reached_but_the_template_and_the_data() {
    use typst::World as _;
    use typst::syntax::{RootedPath, VirtualPath, VirtualRoot};
    let desk = Desk::with(b"{}".to_vec());
    let id = |root: VirtualRoot, path: &str| RootedPath::new(root, VirtualPath::new(path).unwrap()).intern();
    let package = VirtualRoot::Package("@preview/evil:1.0.0".parse().unwrap());
    for other in [
        id(VirtualRoot::Project, "etc/passwd"),
        id(VirtualRoot::Project, "report.typ"),
        id(package.clone(), "typst.toml"),
        id(package, "report.json"),
    ] {
        assert!(desk.file(other).is_err() && desk.source(other).is_err(), "{other:?}");
    }
    assert_eq!(desk.file(id(VirtualRoot::Project, "report.json")).unwrap().as_slice(), b"{}");
    assert!(desk.source(desk.main()).is_ok());
    assert!(desk.today(None).is_none());
}

#[test]
fn the_template_gives_no_warning() {
    let desk = Desk::with(serde_json::to_vec(&Paper::of(&report(), Letters::OfOurFonts)).unwrap());
    let warned = typst::compile::<PagedDocument>(&desk);
    assert!(warned.output.is_ok());
    assert!(warned.warnings.is_empty(), "{:?}", warned.warnings);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let first = pdf(&report()).unwrap();
    let others = std::thread::scope(|scope| {
        let set = || scope.spawn(|| pdf(&report()).unwrap());
        [set(), set(), set()].map(|thread| thread.join().unwrap())
    });
    assert!(others.iter().all(|other| *other == first));
    let later = Report { made_at: at("2026-11-22T07:12:10Z"), ..report() };
    assert_ne!(pdf(&later).unwrap(), first);
}

#[test]
fn a_file_says_what_it_is() {
    let file = pdf(&report()).unwrap();
    let holds = |words: &str| file.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(file.starts_with(b"%PDF-1.7"));
    for words in [
        "Compliance report: Acme Industries",
        "Ana Brandt",
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "2026-11-22T07:12:09",
        "/StructTreeRoot",
        "/Lang",
    ] {
        assert!(holds(words), "{words}");
    }
    assert!(!holds("/JavaScript") && !holds("/EmbeddedFile"));
}

#[test]
fn long_reports_have_contents_and_heads_and_short_ones_have_not() {
    let mut long = report();
    long.sections[0].criteria = (1..=20).map(criterion).collect();
    let pages = pages(&long);
    assert!(pages.len() > 3, "{}", pages.len());
    let contents = pages.iter().find(|page| page.contains("Contents")).unwrap();
    for number in 1..=20 {
        says(contents, &format!("CC{number} Title {number} Needs attention"));
    }
    for (number, page) in pages.iter().enumerate() {
        says(page, &format!("Page {} of {}", number + 1, pages.len()));
        let head = "24 August 2026, 07:00 – 22 November 2026, 07:12 UTC";
        says(page, head);
        says(page, "Acme Industries");
    }
    // One finding, however many controls it stands at.
    says(&pages[0], "5 active grants have no end. CC1, CC2, CC3,");
}

#[test]
fn what_is_too_much_is_left_out_and_the_report_says_how_much() {
    let mut much = report();
    let rows = (0..1_000).map(|number| evidence(&format!("row {number} of many"))).collect();
    let mut first = criterion(1);
    first.evidence = rows;
    first.checks = Vec::new();
    much.sections[0].criteria = std::iter::once(first).chain((2..=101).map(criterion)).collect();
    let all = pages(&much).concat();
    says(&all, "row 0 of many");
    says(&all, "row 599 of many");
    assert!(!all.contains("row600ofmany"));
    says(&all, "400 more rows are left out of this document; the console and the API have all of them.");
    says(&all, "1 more control is left out of this document");
    // What stands there counts all the same.
    says(&all, "101 Needs attention");
    let empty = Report { sections: Vec::new(), source: None, notes: Vec::new(), ..report() };
    assert_eq!(pages(&empty).len(), 1);
}

#[test]
fn every_letter_of_our_fonts_is_set_at_the_first_try() {
    let all: Vec<char> = ('\u{a0}'..'\u{30000}').filter(|letter| world::has(*letter)).collect();
    assert!(all.len() > 3_000, "{}", all.len());
    let mut letters = report();
    let spaced = |letters: &[char]| letters.iter().flat_map(|letter| [*letter, ' ']).collect::<String>();
    // Each alone, and some with marks of other scripts on them.
    let marked =
        all.iter().step_by(16).flat_map(|letter| [*letter, '\u{301}', '\u{5b0}', ' ']).collect::<String>();
    let rows = all.chunks(64).map(spaced).chain([marked]);
    letters.sections[0].criteria[0].evidence = rows.map(|text| evidence(&text)).collect();
    pdf_with(&letters, Letters::OfOurFonts).unwrap();
}
