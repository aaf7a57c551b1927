//! All that a compilation can reach: the template, the data, and the fonts in this crate.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};

const TEMPLATE: &str = include_str!("report.typ");

/// `fonts/README.md` tells where they are from.
const FONTS: [&[u8]; 5] = [
    include_bytes!("../fonts/Inter-Regular.ttf"),
    include_bytes!("../fonts/Inter-SemiBold.ttf"),
    include_bytes!("../fonts/JetBrainsMono-Regular.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
];

/// What is the same for every report, made once.
struct Shop {
    library: LazyHash<Library>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
    template: Source,
    data: Option<FileId>,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let fonts: Vec<Font> = FONTS.into_iter().flat_map(|font| Font::iter(Bytes::new(font))).collect();
    Shop {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::detached(TEMPLATE),
        data: VirtualPath::new("report.json")
            .ok()
            .map(|path| RootedPath::new(VirtualRoot::Project, path).intern()),
    }
});

/// Whether one of the fonts has this letter.
pub(crate) fn has(letter: char) -> bool {
    SHOP.fonts.iter().any(|font| font.info().coverage.contains(u32::from(letter)))
}

/// Where one report is set.
pub(crate) struct Desk {
    data: Bytes,
}

impl Desk {
    pub(crate) fn with(data: Vec<u8>) -> Self {
        Self { data: Bytes::new(data) }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &SHOP.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHOP.book
    }

    fn main(&self) -> FileId {
        SHOP.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if SHOP.template.id() == id { Ok(SHOP.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if SHOP.data == Some(id) { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHOP.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
