//! The look of a mail: the same words as plain text and as HTML that is readable in light and dark, without
//! anything fetched from elsewhere.

use std::fmt::Write as _;

/// Whom a mail is for, and from.
#[derive(Debug)]
pub(super) struct Brand<'a> {
    /// The reader's name.
    pub(super) name: &'a str,
    /// Their organization's name.
    pub(super) organization: &'a str,
    /// The provider's name.
    pub(super) provider: &'a str,
    /// Where the console is.
    pub(super) origin: &'a str,
}

impl Brand<'_> {
    /// Who writes, and to a customer's people for whom.
    fn sender(&self) -> String {
        if self.organization == self.provider {
            return self.provider.to_owned();
        }
        format!("{} for {}", self.provider, self.organization)
    }
}

/// What a mail says.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) heading: String,
    /// Paragraphs before the button.
    pub(super) before: Vec<String>,
    /// Its label and where it leads.
    pub(super) button: Option<(&'static str, String)>,
    /// Paragraphs after it.
    pub(super) after: Vec<String>,
}

const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;padding:32px 16px;background:#f4f6f8;color:#16202b;font:15px/1.55 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}\
.c{max-width:520px;margin:0 auto;padding:28px 32px;background:#fff;border:1px solid #dde3ea;border-radius:10px}\
h1{font-size:20px;line-height:1.3;margin:0 0 16px}p{margin:0 0 14px}\
.b{display:inline-block;padding:11px 20px;margin:6px 0 20px;border-radius:7px;background:#0f766e;color:#fff!important;font-weight:600;text-decoration:none}\
.s{font-size:13px;color:#5b6776}.u{word-break:break-all}\
@media(prefers-color-scheme:dark){body{background:#0d1217;color:#e3e9f0}.c{background:#151c24;border-color:#2a3440}.s{color:#9aa7b5}.u{color:#5eead4}}";

impl Words {
    /// Plain text.
    pub(super) fn text(&self, brand: &Brand<'_>) -> String {
        let mut text = format!("{}\n\n", self.heading);
        for paragraph in &self.before {
            let _ = write!(text, "{paragraph}\n\n");
        }
        if let Some((label, url)) = &self.button {
            let _ = write!(text, "{label}:\n{url}\n\n");
        }
        for paragraph in &self.after {
            let _ = write!(text, "{paragraph}\n\n");
        }
        let _ = writeln!(text, "-- \n{}\n{}", brand.sender(), brand.origin);
        text
    }

    /// HTML. Every word is escaped: names are other people's text.
    pub(super) fn html(&self, brand: &Brand<'_>) -> String {
        let mut html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title><style>{STYLE}</style></head>\
             <body><div class=\"c\"><p class=\"s\">{}</p><h1>{}</h1>",
            escape(&self.subject),
            escape(&brand.sender()),
            escape(&self.heading)
        );
        for paragraph in &self.before {
            let _ = write!(html, "<p>{}</p>", escape(paragraph));
        }
        if let Some((label, url)) = &self.button {
            let url = escape(url);
            let _ = write!(
                html,
                "<p><a class=\"b\" href=\"{url}\">{}</a></p><p class=\"s\">Or open this address:<br>\
                 <a class=\"u\" href=\"{url}\">{url}</a></p>",
                escape(label)
            );
        }
        for paragraph in &self.after {
            let _ = write!(html, "<p class=\"s\">{}</p>", escape(paragraph));
        }
        let _ = write!(
            html,
            "</div><p class=\"s\" style=\"text-align:center;margin-top:16px\">{} · {}</p></body></html>",
            escape(&brand.sender()),
            escape(brand.origin)
        );
        html
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_and_no_markup() {
        let brand = Brand { name: "A", organization: "O", provider: "<b>&P", origin: "https://gate.example" };
        let words = Words {
            subject: "\"><script>".to_owned(),
            heading: "<img src=x onerror=alert(1)>".to_owned(),
            before: vec!["</p><a href='javascript:x'>y</a>".to_owned()],
            button: Some(("Go", "https://gate.example/reset#token=a&b".to_owned())),
            after: vec!["later".to_owned()],
        };
        let html = words.html(&brand);
        for planted in ["<script", "<img", "<a href='", "<b>"] {
            assert!(!html.contains(planted), "{planted}: {html}");
        }
        assert!(html.contains("href=\"https://gate.example/reset#token=a&amp;b\""));
        let text = words.text(&brand);
        assert!(text.contains("Go:\nhttps://gate.example/reset#token=a&b\n"), "{text}");
        assert!(text.ends_with("-- \n<b>&P for O\nhttps://gate.example\n"));
    }
}
