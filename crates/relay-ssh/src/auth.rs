//! Proving who we are, by what the vault gave.

use crate::config::Auth;
use crate::error::{Error, Stage};
use crate::handler::Client;
use crate::keys;
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::PrivateKeyWithHashAlg;
use russh::{MethodKind, MethodSet};

/// Questions of one `keyboard-interactive` round, and rounds, at most.
const MAX_ROUNDS: usize = 3;

/// Signs in, or says why not.
pub(crate) async fn authenticate(
    handle: &mut Handle<Client>,
    username: &str,
    auth: &Auth,
) -> Result<(), Error> {
    let result = match auth {
        Auth::Password(password) => return by_password(handle, username, password).await,
        Auth::PrivateKey { key, passphrase } => {
            let key = keys::private_key(key, passphrase.as_ref().map(|text| text.as_str()))?;
            // RSA signs with SHA-2 where the machine can; SHA-1 only where it can nothing else.
            let hash = if key.algorithm().is_rsa() {
                handle.best_supported_rsa_hash().await.map_err(broken)?.flatten()
            } else {
                None
            };
            handle.authenticate_publickey(username, PrivateKeyWithHashAlg::new(key, hash)).await
        }
        Auth::Certificate { key, passphrase, certificate } => {
            let key = keys::private_key(key, passphrase.as_ref().map(|text| text.as_str()))?;
            let certificate = keys::certificate(certificate, &key)?;
            handle.authenticate_openssh_cert(username, key, certificate).await
        }
    };
    judge(result.map_err(broken)?)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: russh::Error) -> Error {
    Error::from_library(Stage::Authentication, &error)
}

fn judge(result: AuthResult) -> Result<(), Error> {
    match result {
        AuthResult::Success => Ok(()),
        AuthResult::Failure { remaining_methods, partial_success } => {
            Err(refusal(&remaining_methods, partial_success))
        }
    }
}

fn refusal(methods: &MethodSet, partial: bool) -> Error {
    let names: Vec<&str> = methods.iter().map(<&str>::from).collect();
    let methods = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    if partial { Error::MoreProofWanted { methods } } else { Error::AuthRefused { methods } }
}

/// By `password`; where the machine does not take that, as the answer to its one hidden question.
///
/// The machine is asked first what it takes: trying both with a wrong password would count twice where
/// accounts are locked after a few failures.
async fn by_password(handle: &mut Handle<Client>, username: &str, password: &str) -> Result<(), Error> {
    let asked = handle.authenticate_none(username).await.map_err(broken)?;
    let AuthResult::Failure { remaining_methods, .. } = asked else { return Ok(()) };
    if remaining_methods.contains(&MethodKind::Password) {
        return judge(handle.authenticate_password(username, password).await.map_err(broken)?);
    }
    if !remaining_methods.contains(&MethodKind::KeyboardInteractive) {
        return Err(refusal(&remaining_methods, false));
    }
    let mut answer =
        handle.authenticate_keyboard_interactive_start(username, None::<String>).await.map_err(broken)?;
    let mut given = false;
    for _ in 0..MAX_ROUNDS {
        let answers = match answer {
            KeyboardInteractiveAuthResponse::Success => return Ok(()),
            KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success } => {
                return Err(refusal(&remaining_methods, partial_success));
            }
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => match prompts.as_slice() {
                [] => Vec::new(),
                // One hidden question, once: anything else is not asking for this password.
                [prompt] if !prompt.echo && !given => {
                    given = true;
                    vec![password.to_owned()]
                }
                _ => break,
            },
        };
        answer = handle.authenticate_keyboard_interactive_respond(answers).await.map_err(broken)?;
    }
    Err(Error::MoreProofWanted { methods: "keyboard-interactive".to_owned() })
}
