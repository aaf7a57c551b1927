//! S34: whatever our verifier accepts, the `xmlsec1` program has to accept too, and it has to say what was signed.
//! The program is asked about every mutation that we accept; one that we refuse can prove nothing against us.
//! 10,000 mutations; `SALLYPORT_FUZZ=1000000` for more.

use crate::idp::*;
use crate::xmlsec::Xmlsec;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sallyport_saml::{Assertion, Provider, ServiceProvider};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is put somewhere.
const WORDS: [&str; 34] = [
    " ",
    "\n",
    "\r\n",
    "\t",
    "<!---->",
    "<?x?>",
    "<![CDATA[",
    "]]>",
    "&#65;",
    "&#13;",
    "&amp;",
    "&lt;",
    "&x;",
    "'",
    "\"",
    "<",
    ">",
    "/>",
    "=",
    "\u{feff}",
    "é",
    "\u{2028}",
    "&#x1F600;",
    " xmlns:x=\"urn:x\"",
    " xmlns=\"\"",
    " xmlns:saml=\"urn:x\"",
    " ID=\"_assertion1\"",
    " Id=\"_x\"",
    " xml:lang=\"en\"",
    " Destination=\"https://evil.test\"",
    "<saml:NameID>mallory</saml:NameID>",
    "<saml:Audience>https://evil.test</saml:Audience>",
    "mallory",
    "\0",
];

/// Numbers that follow from a seed (xorshift*).
struct Dice(u64);

impl Dice {
    fn new(seed: usize) -> Self {
        Self((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end.max(1)
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn range(&mut self, text: &str, longest: usize) -> std::ops::Range<usize> {
        let begin = self.place(text);
        let mut end = (begin + 1 + self.below(longest)).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        begin..end.max(begin)
    }
}

/// Where each element begins and ends, if the text is well-formed enough to tell.
fn elements(text: &str) -> Vec<std::ops::Range<usize>> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for (at, _) in text.match_indices('<') {
        let Some(length) = text[at..].find('>') else { break };
        let tag = &text[at..=at + length];
        if tag.starts_with("</") {
            if let Some(begin) = open.pop() {
                found.push(begin..at + length + 1);
            }
        } else if tag.ends_with("/>") {
            found.push(at..at + length + 1);
        } else if !tag.starts_with("<?") && !tag.starts_with("<!") {
            open.push(at);
        }
    }
    found
}

/// The opening tags that carry attributes.
fn tags(text: &str) -> Vec<std::ops::Range<usize>> {
    let begin = text.match_indices('<').map(|(at, _)| at).filter(|at| !text[*at..].starts_with("</"));
    begin.filter_map(|at| text[at..].find('>').map(|length| at..at + length)).collect()
}

fn replaced(text: &str, range: std::ops::Range<usize>, by: &str) -> String {
    format!("{}{by}{}", &text[..range.start], &text[range.end..])
}

/// Changes that the canonical form undoes: the signature still holds, and so has the verdict to.
fn neutral(text: &str, dice: &mut Dice) -> String {
    let tags = tags(text);
    if tags.is_empty() {
        return text.to_owned();
    }
    let tag = tags[dice.below(tags.len())].clone();
    let inside = &text[tag.clone()];
    match dice.below(6) {
        0 => replaced(text, tag.clone(), &inside.replace('"', "'")),
        1 => replaced(text, tag.clone(), &format!("{inside} xmlns:unused=\"urn:unused\"")),
        2 => replaced(text, tag.clone(), &format!("{inside}\n ")),
        3 => {
            let mut words: Vec<&str> = inside.split(' ').collect();
            let last = words.len() - 1;
            if last > 1 {
                words[1..=last].rotate_left(1);
            }
            replaced(text, tag, &words.join(" "))
        }
        4 => {
            let empties: Vec<_> = text.match_indices("></").map(|(at, _)| at).collect();
            if empties.is_empty() {
                return text.to_owned();
            }
            let at = empties[dice.below(empties.len())];
            let end = text[at + 3..].find('>').map_or(at + 3, |length| at + 4 + length);
            replaced(text, at..end, "/>")
        }
        _ => {
            let place = dice.place(text);
            let Some(character) = text[place..].chars().next() else { return text.to_owned() };
            replaced(text, place..place + character.len_utf8(), &format!("&#{};", u32::from(character)))
        }
    }
}

fn rough(text: &str, dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => {
            let place = dice.place(text);
            replaced(text, place..place, WORDS[dice.below(WORDS.len())])
        }
        1 => replaced(text, dice.range(text, 20), ""),
        2 => {
            let copied = text[dice.range(text, 200)].to_owned();
            let place = dice.place(text);
            replaced(text, place..place, &copied)
        }
        _ => {
            let range = dice.range(text, 1);
            let printable = u8::try_from(32 + dice.below(95)).unwrap();
            replaced(text, range, &char::from(printable).to_string())
        }
    }
}

/// Moves whole elements about, as wrapping attacks do.
fn moved(text: &str, dice: &mut Dice) -> String {
    let elements = elements(text);
    if elements.is_empty() {
        return text.to_owned();
    }
    let one = elements[dice.below(elements.len())].clone();
    let copied = text[one.clone()].to_owned();
    let forged = copied.replace(NAME, "mallory@example.test").replace("_assertion1", "_evil1");
    let place = |dice: &mut Dice| {
        let other = &elements[dice.below(elements.len())];
        if dice.below(2) == 0 { other.start } else { other.end }
    };
    match dice.below(5) {
        0 => replaced(text, one, ""),
        1 => {
            let place = place(dice);
            replaced(text, place..place, &copied)
        }
        2 => {
            let place = place(dice);
            replaced(text, place..place, &forged)
        }
        3 => replaced(text, one, &format!("<samlp:Extensions>{copied}</samlp:Extensions>")),
        _ => replaced(text, one, &format!("{forged}{copied}")),
    }
}

fn mutated(text: &str, seed: usize) -> String {
    let mut dice = Dice::new(seed);
    let mut text = text.to_owned();
    for _ in 0..=dice.below(3) {
        text = match dice.below(10) {
            0..5 => neutral(&text, &mut dice),
            5..8 => rough(&text, &mut dice),
            _ => moved(&text, &mut dice),
        };
    }
    text
}

/// The genuine answers that are mutated, each with what carries a signature in it.
fn originals() -> Vec<(String, Vec<&'static str>)> {
    let making = Making::default();
    vec![
        (making.answer(), vec!["Assertion"]),
        (making.signed_response(&making.assertion()), vec!["Response"]),
        (making.signed_response(&making.signed()), vec!["Response", "Assertion"]),
    ]
}

/// What we accept of one mutation, xmlsec1 has to accept, each signature of it. Whether we did.
fn agrees(seed: usize, xmlsec: &Xmlsec, file: &str, connection: &Connection) -> bool {
    let (xml, signed, genuine) = &connection.originals[seed % connection.originals.len()];
    let mutation = mutated(xml, seed);
    let posted = STANDARD.encode(&mutation);
    let Ok(read) = connection.service.finish(&connection.provider, posted.as_bytes(), &expected()) else {
        return false;
    };
    assert_eq!(&read, genuine, "seed {seed}: {mutation}");
    // A mutation may have taken one of two signatures away.
    let inside = mutation.matches("</ds:SignatureValue").count();
    let verified = signed.iter().filter(|element| xmlsec.verifies(&mutation, element, file)).count();
    assert!(inside > 0 && verified == inside, "seed {seed}, {verified} of {inside}: {mutation}");
    true
}

struct Connection {
    service: ServiceProvider,
    provider: Provider,
    originals: Vec<(String, Vec<&'static str>, Assertion)>,
}

#[test]
fn s34_xmlsec_agrees_with_whatever_is_accepted() {
    let count: usize = std::env::var("SALLYPORT_FUZZ").map_or(10_000, |count| count.parse().unwrap());
    let xmlsec = Xmlsec::new(&GENUINE.certificate);
    for (xml, signed) in originals() {
        for element in &signed {
            assert!(
                xmlsec.verifies(&xml, element, "original.xml"),
                "the tests' own signer is wrong about {element}"
            );
        }
        assert!(!xmlsec.verifies(&xml.replace(NAME, "mallory"), signed[0], "changed.xml"));
    }
    let with_reading = |(xml, signed): (String, Vec<&'static str>)| {
        let read = post(&xml).unwrap();
        (xml, signed, read)
    };
    let connection = Connection {
        service: service(),
        provider: provider(),
        originals: originals().into_iter().map(with_reading).collect(),
    };
    let (next, accepted) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (next, accepted, xmlsec, connection) = (&next, &accepted, &xmlsec, &connection);
            scope.spawn(move || {
                let file = format!("{thread}.xml");
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    accepted
                        .fetch_add(usize::from(agrees(seed, xmlsec, &file, connection)), Ordering::Relaxed);
                }
            });
        }
    });
    let accepted = accepted.into_inner();
    println!("{accepted} of {count} mutations were accepted, by xmlsec1 too");
    assert!(accepted > count / 100, "only {accepted} of {count} mutations were accepted: they test nothing");
}
