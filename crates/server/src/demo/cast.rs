//! Who plays in the demonstration. All names are made up; `.example` is reserved (RFC 2606).

/// The provider.
pub(super) const PROVIDER: &str = "Northgate Security";
/// Everybody's password.
pub(super) const PASSWORD: &str = "lantern-orbit-velvet-42";

/// Somebody with an account.
pub(super) struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub about: &'static str,
}

/// A machine of a customer; `host` is the last part of its loopback address.
pub(super) struct Machine {
    pub name: &'static str,
    pub host: u8,
    pub description: &'static str,
    pub tags: &'static [&'static str],
}

/// A customer; its machines answer on 127.84.`net`.x.
pub(super) struct Customer {
    pub name: &'static str,
    pub slug: &'static str,
    pub net: u8,
    pub people: &'static [Person],
    pub machines: &'static [Machine],
}

/// A grant: (technician's address, customer's slug, level, hours until it ends, reason).
pub(super) type Grant = (&'static str, &'static str, &'static str, Option<i64>, &'static str);

const fn person(email: &'static str, name: &'static str, role: &'static str, about: &'static str) -> Person {
    Person { email, name, role, about }
}

const fn machine(
    name: &'static str,
    host: u8,
    description: &'static str,
    tags: &'static [&'static str],
) -> Machine {
    Machine { name, host, description, tags }
}

/// The first of them sets the platform up.
pub(super) const PROVIDER_PEOPLE: &[Person] = &[
    person("maren.okafor@northgate.example", "Maren Okafor", "super_admin", "sees everything, ends sessions"),
    person(
        "jonas.lindqvist@northgate.example",
        "Jonas Lindqvist",
        "account_manager",
        "grants and revokes access",
    ),
    person("priya.raman@northgate.example", "Priya Raman", "security_analyst", "reads the audit log"),
    person("tomas.herrera@northgate.example", "Tomás Herrera", "technician", "works at two customers"),
    person("aiko.tanaka@northgate.example", "Aiko Tanaka", "technician", "looks after the hospital"),
    person("wen.zhao@northgate.example", "Wen Zhao", "technician", "new, without access yet"),
];

pub(super) const CUSTOMERS: &[Customer] = &[
    Customer {
        name: "Kestrel Bank",
        slug: "kestrel",
        net: 11,
        people: &[
            person(
                "helena.voss@kestrelbank.example",
                "Helena Voss",
                "admin",
                "Kestrel Bank: sees who was here",
            ),
            person("idris.bello@kestrelbank.example", "Idris Bello", "report_viewer", "Kestrel Bank"),
            person("carla.nunes@kestrelbank.example", "Carla Nunes", "request_user", "Kestrel Bank"),
            person("pavel.dvorak@kestrelbank.example", "Pavel Dvořák", "basic_user", "Kestrel Bank"),
        ],
        machines: &[
            machine("kb-core-db-01", 10, "Core banking database, primary", &["database", "production"]),
            machine("kb-edge-fw-02", 20, "Edge firewall, Zürich", &["firewall", "production"]),
            machine("kb-siem-01", 30, "Log collector", &["siem"]),
        ],
    },
    Customer {
        name: "Halden Hospital",
        slug: "halden",
        net: 12,
        people: &[
            person("sigrid.dahl@haldenhospital.example", "Sigrid Dahl", "admin", "Halden Hospital"),
            person("lars.moen@haldenhospital.example", "Lars Moen", "report_viewer", "Halden Hospital"),
        ],
        machines: &[
            machine("hh-pacs-01", 10, "Imaging archive", &["imaging", "production"]),
            machine("hh-ad-01", 20, "Directory server", &["identity", "production"]),
        ],
    },
    Customer {
        name: "Tarn Valley Water",
        slug: "tarn",
        net: 13,
        people: &[person("owen.price@tarnwater.example", "Owen Price", "admin", "Tarn Valley Water")],
        machines: &[
            machine("tv-scada-gw-01", 10, "SCADA gateway, pumping station 4", &["scada", "production"]),
            machine("tv-hist-01", 20, "Process historian", &["historian"]),
        ],
    },
];

pub(super) const GRANTS: &[Grant] = &[
    (
        "tomas.herrera@northgate.example",
        "kestrel",
        "full_access",
        None,
        "Primary technician for Kestrel Bank",
    ),
    (
        "tomas.herrera@northgate.example",
        "tarn",
        "full_access",
        Some(72),
        "Firmware roll-out, change CHG-2291",
    ),
    (
        "aiko.tanaka@northgate.example",
        "halden",
        "full_access",
        None,
        "Primary technician for Halden Hospital",
    ),
    (
        "aiko.tanaka@northgate.example",
        "kestrel",
        "read_only",
        Some(24 * 14),
        "Second pair of eyes for the migration",
    ),
];
