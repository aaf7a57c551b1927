//! XML, read once and only if it is plain: bounded before the parser sees it, without DOCTYPE, processing
//! instructions, CDATA and (in messages) comments, with namespaces that mean the same everywhere.

use crate::names;
use std::collections::{BTreeMap, BTreeSet};
use uppsala::{Document, NodeId, NodeKind, Parser};

/// How deep elements may stand in each other. A signed answer needs about ten.
const DEEPEST: u32 = 40;
/// How many tags a document may have.
const MOST_TAGS: usize = 20_000;
/// How many `=` may stand between one `<` and the next: bounds attributes before they are compared with each other.
const MOST_EQUALS: usize = 512;

/// What may stand in a document beside elements and text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    Allowed,
    Refused,
}

/// An element with what stands in it, in the namespaces that it is in.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    /// The text directly in it, character references resolved.
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Why a document was not read, in words that complete "it …".
pub(crate) type NotRead = &'static str;

impl Element {
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    /// The value of an attribute without a namespace.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.namespace.is_none() && a.name == name).map(|a| a.value.as_str())
    }

    pub(crate) fn children_named<'t>(
        &'t self,
        namespace: &'t str,
        name: &'t str,
    ) -> impl Iterator<Item = &'t Self> {
        self.children.iter().filter(move |child| child.is(namespace, name))
    }

    /// The child of this name, if there is exactly one.
    pub(crate) fn only_child(&self, namespace: &str, name: &str) -> Option<&Self> {
        let mut found = self.children.iter().filter(|child| child.is(namespace, name));
        found.next().filter(|_| found.next().is_none())
    }

    /// This element and all below it.
    pub(crate) fn walk(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        for child in &self.children {
            child.walk(visit);
        }
    }

    /// Its text, if it holds text alone.
    pub(crate) fn plain_text(&self) -> Option<&str> {
        self.children.is_empty().then_some(self.text.as_str())
    }

    /// Whether all of its text is white space.
    pub(crate) fn has_no_text(&self) -> bool {
        self.text.bytes().all(|byte| byte.is_ascii_whitespace())
    }
}

/// Reads a document of at most `limit` bytes.
pub(crate) fn read(bytes: &[u8], limit: usize, comments: Comments) -> Result<Element, NotRead> {
    let text = plain(bytes, limit, comments)?;
    let parser = Parser::new().with_max_depth(DEEPEST).with_forbid_dtd(true).with_forbid_entities(true);
    let document = parser.parse(text).map_err(|_| "it is not well-formed")?;
    let root = document.document_element().ok_or("it is empty")?;
    let mut prefixes = BTreeMap::new();
    element(&document, root, comments, &mut prefixes)
}

/// The document as text, if a look at its bytes finds nothing that is refused unparsed.
fn plain(bytes: &[u8], limit: usize, comments: Comments) -> Result<&str, NotRead> {
    if bytes.len() > limit {
        return Err("it is too large");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let body = after_declaration(text)?;
    let mut tags = 0;
    for (at, part) in body.split('<').enumerate() {
        if at == 0 {
            if !part.bytes().all(|byte| byte.is_ascii_whitespace()) {
                return Err("text stands before its first element");
            }
            continue;
        }
        tags += 1;
        let comment = comments == Comments::Allowed && part.starts_with("!--");
        if part.starts_with('!') && !comment {
            return Err("it has a document type, a CDATA section or a comment");
        }
        if part.starts_with('?') {
            return Err("it has a processing instruction");
        }
        if tags > MOST_TAGS || part.bytes().filter(|byte| *byte == b'=').count() > MOST_EQUALS {
            return Err("it has too many elements or attributes");
        }
    }
    Ok(text)
}

/// What follows the XML declaration, which may only state what holds anyway.
fn after_declaration(text: &str) -> Result<&str, NotRead> {
    let Some(rest) = text.strip_prefix("<?xml") else {
        return Ok(text);
    };
    let (declaration, body) = rest.split_once("?>").ok_or("its XML declaration does not end")?;
    let declaration = declaration.to_ascii_lowercase().replace('\'', "\"");
    let version = declaration.contains("version=\"1.0\"");
    let encoding = !declaration.contains("encoding") || declaration.contains("encoding=\"utf-8\"");
    if !version || !encoding || declaration.contains('<') {
        return Err("it is not XML 1.0 in UTF-8");
    }
    Ok(body)
}

fn element(
    document: &Document<'_>,
    id: NodeId,
    comments: Comments,
    prefixes: &mut BTreeMap<String, String>,
) -> Result<Element, NotRead> {
    let from = document.element(id).ok_or("it is not well-formed")?;
    for (prefix, uri) in &from.namespace_declarations {
        declare(prefix, uri, prefixes)?;
    }
    let mut read = Element {
        namespace: from.name.namespace_uri.as_deref().unwrap_or_default().to_owned(),
        name: from.name.local_name.to_string(),
        ..Element::default()
    };
    if read.namespace == names::XINCLUDE {
        return Err("it asks to include another document");
    }
    let mut seen = BTreeSet::new();
    for attribute in &from.attributes {
        let namespace = attribute.name.namespace_uri.as_deref().filter(|uri| !uri.is_empty());
        let name = attribute.name.local_name.as_ref();
        if namespace == Some(names::XML) && !matches!(name, "lang" | "space") {
            return Err("it has an xml: attribute other than xml:lang");
        }
        // Readers that look at local names would take the one or the other.
        if !seen.insert(name.to_owned()) {
            return Err("an element has two attributes of one name");
        }
        read.attributes.push(Attribute {
            namespace: namespace.map(str::to_owned),
            name: name.to_owned(),
            value: attribute.value.to_string(),
        });
    }
    for child in document.children_iter(id) {
        match document.node_kind(child) {
            Some(NodeKind::Element(_)) => read.children.push(element(document, child, comments, prefixes)?),
            Some(NodeKind::Text(text)) => read.text.push_str(text),
            Some(NodeKind::Comment(_)) if comments == Comments::Allowed => {}
            _ => return Err("it holds something else than elements and text"),
        }
    }
    Ok(read)
}

/// A prefix means one namespace in the whole document; a namespace is an absolute name.
fn declare(prefix: &str, uri: &str, prefixes: &mut BTreeMap<String, String>) -> Result<(), NotRead> {
    if !uri.is_empty() && !uri.contains(':') {
        return Err("a namespace is not an absolute URI");
    }
    if uri == names::XML && prefix != "xml" {
        return Err("the namespace of xml: has another prefix");
    }
    if prefix.is_empty() {
        return Ok(());
    }
    match prefixes.insert(prefix.to_owned(), uri.to_owned()) {
        Some(before) if before != uri => Err("a prefix stands for two namespaces"),
        _ => Ok(()),
    }
}

/// Escaped for an attribute or for text.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}
