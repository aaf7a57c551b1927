//! How long a policy decision takes. It is the dearest there is: a technician with a grant that bounds time,
//! address and service starts a session.

use crate::report::{Report, percentile};
use anyhow::Result;
use chrono::TimeDelta;
use sallyport::access::{Action, Caller, Facts, GrantFacts, OrganizationKind, Policies, Resource, Role};
use sallyport::clock::Clock;
use sallyport::http::request::Origin;
use sallyport::ids::{GrantId, OrganizationId, RequestId, UserId, UserSessionId};
use std::time::{Duration, Instant};

const ROUNDS: usize = 100_000;

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let clock = Clock::default();
    let policies = Policies::load()?;
    let (caller, resource, facts) = (caller(&clock), customer(&clock), facts(&clock));
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let verdict = policies.may(&caller, Action::SessionStart, &resource, &facts, clock.now());
        times.push(start.elapsed());
        anyhow::ensure!(verdict.is_ok(), "the grant should let the technician in");
    }
    println!("  decisions: p50 {:?}", percentile(&mut times, 50));
    let p99 = percentile(&mut times, 99).as_secs_f64() * 1e6;
    report.at_most("a policy decision, p99", "µs", p99, None, 200.0);
    Ok(())
}

fn caller(clock: &Clock) -> Caller {
    Caller {
        user_id: UserId::new(clock),
        org_id: OrganizationId::new(clock),
        org_name: "Fort Lock".to_owned(),
        org_kind: OrganizationKind::MssProvider,
        role: Role::Technician,
        email: "tomas@fortlock.example".to_owned(),
        display_name: "Tomas Lind".to_owned(),
        user_session_id: UserSessionId::new(clock),
        last_seen_at: clock.now(),
        machine: None,
        decided: sallyport::access::Decided::default(),
        from_own_network: true,
        asked_at: clock.now(),
        authenticated_at: clock.now(),
        expires_at: clock.now(),
        origin: Origin {
            request_id: RequestId::new(clock),
            client_ip: [10, 0, 0, 5].into(),
            user_agent: String::new(),
        },
    }
}

fn customer(clock: &Clock) -> Resource {
    Resource { org_id: OrganizationId::new(clock), kind: OrganizationKind::Customer, active: true }
}

fn facts(clock: &Clock) -> Facts {
    Facts {
        own: true,
        grant: Some(GrantFacts {
            id: GrantId::new(clock),
            level: "full_access".to_owned(),
            starts_at: Some(clock.now() - TimeDelta::hours(1)),
            expires_at: Some(clock.now() + TimeDelta::hours(1)),
            revoked: false,
            address_allowed: true,
            services: vec!["ssh".to_owned()],
            closed: None,
        }),
        service: Some("ssh".to_owned()),
        account_level: Some("full_access".to_owned()),
        given_role: None,
    }
}
