//! All SQL of the tree. Leaves, nodes and checkpoints are added and read, never changed: the database grants no more.

mod grow;
mod head;
mod keep;
mod lead;
mod read;
mod sealed;

pub(super) use grow::{Leaves, Nodes, batch, grow};
pub(super) use head::{
    Tree, checkpoints, find_tree, halt, heads, resume, set_signed, state, unsigned, waiting,
};
pub(super) use keep::{
    appears_in, clean_up, erase, find_hold, find_person, lift_hold, organization_name, organizations,
    set_hold, wait_for_holds,
};
pub(super) use lead::{keys, lead, replace_key, wait_to_lead};
pub(super) use read::{find_place, find_waiting, nodes, tile};
pub(super) use sealed::{allow_time, gone_while_waiting, sealed, sealed_whenever, without_place};
