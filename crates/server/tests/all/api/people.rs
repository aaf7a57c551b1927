//! Everybody who may call: the columns of the table.

use super::world::World;
use crate::support::{Actor, Customer};

/// Somebody, by role and by what they have to do with the customer that the subject belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    Anonymous,
    /// A technician with a grant of full access.
    Granted,
    /// A technician whose grant is over.
    Expired,
    /// A technician without any.
    Ungranted,
    Analyst,
    Manager,
    SuperAdmin,
    /// The customer's own people.
    Admin,
    ReportViewer,
    RequestUser,
    BasicUser,
    /// An admin of another customer.
    OtherAdmin,
}

use Who::*;

impl Who {
    pub const ALL: [Self; 12] = [
        Anonymous,
        Granted,
        Expired,
        Ungranted,
        Analyst,
        Manager,
        SuperAdmin,
        Admin,
        ReportViewer,
        RequestUser,
        BasicUser,
        OtherAdmin,
    ];

    /// The head of the column.
    pub fn column(self) -> &'static str {
        match self {
            Anonymous => "nobody",
            Granted => "granted",
            Expired => "expired",
            Ungranted => "tech",
            Analyst => "analyst",
            Manager => "manager",
            SuperAdmin => "super",
            Admin => "admin",
            ReportViewer => "reports",
            RequestUser => "request",
            BasicUser => "basic",
            OtherAdmin => "other",
        }
    }

    /// As the database calls it.
    pub fn role(self) -> Option<&'static str> {
        Some(match self {
            Anonymous => return None,
            Granted | Expired | Ungranted => "technician",
            Analyst => "security_analyst",
            Manager => "account_manager",
            SuperAdmin => "super_admin",
            Admin | OtherAdmin => "admin",
            ReportViewer => "report_viewer",
            RequestUser => "request_user",
            BasicUser => "basic_user",
        })
    }

    /// To whom a thing of the customer must look like nothing at all.
    pub fn is_beyond_the_wall(self) -> bool {
        matches!(self, Expired | Ungranted | OtherAdmin)
    }

    /// A new person of this kind, seen from `customer`.
    pub async fn person(self, world: &World, customer: &Customer) -> Actor {
        let app = &world.app;
        match self {
            Anonymous => app.stranger(),
            Granted | Expired => {
                let technician = app.technician().await;
                let grant = world.grant(&technician, customer).await;
                if self == Expired {
                    world.expire(&grant).await;
                }
                technician
            }
            Ungranted => app.technician().await,
            Analyst => app.security_analyst().await,
            Manager => app.account_manager().await,
            SuperAdmin => app.super_admin().await,
            Admin | ReportViewer | RequestUser | BasicUser => {
                app.member(customer, self.role().unwrap()).await
            }
            OtherAdmin => app.member(&world.other, "admin").await,
        }
    }
}
