//! Tiles are named and cut as C2SP's tlog-tiles says.

use sallyport_audit_log::{Subtree, TileId};

#[test]
fn paths_are_those_of_the_specification() {
    for (tile, path) in [
        (TileId { level: 0, index: 0, width: 256 }, "tile/0/000"),
        (TileId { level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"),
        (TileId { level: 1, index: 4, width: 112 }, "tile/1/004.p/112"),
        (TileId { level: 2, index: 0, width: 1 }, "tile/2/000.p/1"),
    ] {
        assert_eq!(tile.path(), path);
        assert_eq!(TileId::parse(path), Some(tile));
    }
    for wrong in [
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/000.p/256",
        "tile/0/000.p/0",
        "tile/00/000",
        "tile/0/../1",
        "000",
    ] {
        assert_eq!(TileId::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_tree_of_70000_has_the_tiles_of_the_specification() {
    let tiles = TileId::all(70_000);
    let paths: Vec<String> = tiles.iter().rev().take(4).map(TileId::path).collect();
    assert_eq!(paths, ["tile/2/000.p/1", "tile/1/001.p/17", "tile/1/000", "tile/0/273.p/112"]);
    assert_eq!(tiles.len(), 274 + 2 + 1);
}

#[test]
fn what_is_not_in_the_tree_is_in_no_tile() {
    assert_eq!(TileId::of(Subtree { level: 0, index: 5 }, 5), None);
    assert_eq!(TileId::of(Subtree { level: 3, index: 0 }, 7), None);
    let whole = TileId::of(Subtree { level: 8, index: 0 }, 300);
    assert_eq!(whole, Some(TileId { level: 1, index: 0, width: 1 }));
}
