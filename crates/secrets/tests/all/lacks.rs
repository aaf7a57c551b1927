//! What an open secret must not be able to do. These tests are proved by compiling.

use std::fmt::{Debug, Display};

use sallyport_secrets::{OrganizationKey, RootKey, Secret, SigningKey, Vault};
use zeroize::ZeroizeOnDrop;

/// Fails to compile when the type has the trait: `here` is then ambiguous.
macro_rules! lacks {
    ($type:ty: $($trait:ident),+) => {$({
        trait Ambiguous<A> {
            fn here() {}
        }
        impl<T> Ambiguous<()> for T {}
        struct Has;
        impl<T: $trait> Ambiguous<Has> for T {}
        <$type as Ambiguous<_>>::here();
    })+};
}

#[test]
fn open_keys_and_secrets_cannot_be_copied_or_printed() {
    lacks!(Secret: Clone, Display);
    lacks!(OrganizationKey: Clone, Debug, Display);
    lacks!(RootKey: Clone, Debug, Display);
    lacks!(Vault: Clone, Debug, Display);
    lacks!(SigningKey: Clone, Display);
}

#[test]
fn a_secret_is_wiped_when_dropped_and_silent_when_printed() {
    fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<Secret>();
    let secret = Secret::from(String::from("hunter2"));
    assert_eq!(format!("{secret:?} {:#?}", Some(&secret)), "[secret] Some(\n    [secret],\n)");
}
