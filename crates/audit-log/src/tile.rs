//! Tiles as C2SP's tlog-tiles cuts the tree: 256 hashes of one height, which is a multiple of eight. What a full tile
//! says never changes; so nothing of a tree is stored but leaves and the roots of full tiles.

use crate::hash::Hash;
use crate::tree::{Subtree, fold};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

/// Levels of the tree in one tile.
pub const TILE_HEIGHT: u8 = 8;
/// Hashes in a full tile.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;

/// A tile of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Its hashes are roots of subtrees of 256^`level` leaves.
    pub level: u8,
    /// Which of its level, from the left.
    pub index: u64,
    /// How many hashes; 256 when it is full.
    pub width: u16,
}

impl TileId {
    /// The tile with the hashes of which `subtree` is made, in a tree of `size`; none if it is not in that tree.
    pub fn of(subtree: Subtree, size: u64) -> Option<Self> {
        let level = subtree.level / TILE_HEIGHT;
        let within = subtree.level % TILE_HEIGHT;
        let first = subtree.index.checked_shl(within.into())?;
        let index = first / TILE_WIDTH;
        let has = size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0);
        let width = has.checked_sub(index * TILE_WIDTH)?.min(TILE_WIDTH);
        let inside = first % TILE_WIDTH + (1 << within) <= width;
        inside.then_some(Self { level, index, width: u16::try_from(width).ok()? })
    }

    /// All tiles of a tree of `size`, level by level from the left.
    pub fn all(size: u64) -> Vec<Self> {
        let mut tiles = Vec::new();
        let (mut level, mut hashes) = (0, size);
        while hashes > 0 {
            for index in 0..hashes.div_ceil(TILE_WIDTH) {
                let width = (hashes - index * TILE_WIDTH).min(TILE_WIDTH);
                tiles.push(Self { level, index, width: u16::try_from(width).unwrap_or(u16::MAX) });
            }
            level += 1;
            hashes /= TILE_WIDTH;
        }
        tiles
    }

    /// Its path, `tile/0/x001/234` or `tile/1/000.p/17`.
    pub fn path(&self) -> String {
        let mut path = format!("tile/{}/", self.level);
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        while let Some(group) = groups.pop() {
            // Writing to a string does not fail.
            let _ = if groups.is_empty() { write!(path, "{group:03}") } else { write!(path, "x{group:03}/") };
        }
        if u64::from(self.width) < TILE_WIDTH {
            let _ = write!(path, ".p/{}", self.width);
        }
        path
    }

    /// The tile at a path; none if it is no path of a tile, or not as [`path`](Self::path) writes it.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok()?),
            None => (rest, 256),
        };
        let digits: String = index.split('/').map(|group| group.strip_prefix('x').unwrap_or(group)).collect();
        let tile = Self { level: level.parse().ok()?, index: digits.parse().ok()?, width };
        (tile.path() == path && (1..=256).contains(&width) && tile.level < 64).then_some(tile)
    }
}

/// Tiles at hand, by level and index.
#[derive(Clone, Debug, Default)]
pub struct Tiles(HashMap<(u8, u64), Vec<Hash>>);

impl Tiles {
    /// Those that the hashes of `subtrees` need, in a tree of `size`.
    pub fn needed(subtrees: &[Subtree], size: u64) -> BTreeSet<TileId> {
        subtrees.iter().filter_map(|&subtree| TileId::of(subtree, size)).collect()
    }

    /// A tile that was read.
    pub fn insert(&mut self, tile: TileId, hashes: Vec<Hash>) {
        self.0.insert((tile.level, tile.index), hashes);
    }

    /// The root of a complete subtree, if its tile is at hand.
    pub fn hash(&self, subtree: Subtree) -> Option<Hash> {
        let within = subtree.level % TILE_HEIGHT;
        let first = subtree.index.checked_shl(within.into())?;
        let tile = self.0.get(&(subtree.level / TILE_HEIGHT, first / TILE_WIDTH))?;
        let begin = usize::try_from(first % TILE_WIDTH).ok()?;
        let mut range = crate::Range::default();
        for &hash in tile.get(begin..begin + (1 << within))? {
            range.append(hash, |_, _| {});
        }
        fold(range.hashes())
    }
}
