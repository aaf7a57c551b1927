"""Asks a SCIM server all that scim2-tester knows to ask, as a directory whose people have addresses of one domain.

    check.py URL DOMAIN        the token in the environment variable SCIM_TOKEN

Prints one line a check and fails when the server did something wrong that is not among EXPECTED.
"""

import os
import sys
import uuid

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server, filling
from scim2_tester.checkers import patch_add, patch_remove, patch_replace, resource_put, resource_query_attributes

# What the tester asks and the server refuses or does otherwise with a reason: (check, a part of what it says).
EXPECTED = [
    # An address changes only for whom the directory names by an external id, which this person has not.
    ("check_replace_attribute", "The mail address changes only"),
    # Whole lists of addresses are made up by the tester, of domains that nobody proved.
    ("check_replace_attribute", "The domain of the mail address is none"),
    # Everybody has a name to be shown by, and is let in or not: what is taken away is said anew by the server.
    ("check_remove_attribute", "did not remove attribute 'displayName'"),
    ("check_remove_attribute", "did not remove attribute 'active'"),
]


def of_one_domain(domain):
    """Addresses are of a domain that the organization proved: the tester's own are of random ones."""
    random_value = filling.generate_random_value

    def value_of(context, path, mutability=None, required=None):
        value = random_value(context, path=path, mutability=mutability, required=required)
        if value is not None and str(path).endswith("emails.value"):
            return f"{uuid.uuid4()}@{domain}"
        return value

    for module in (filling, patch_add, patch_remove, patch_replace, resource_query_attributes):
        if hasattr(module, "generate_random_value"):
            module.generate_random_value = value_of


def with_lasting_addresses():
    """An address changes only for whom the directory names by a lasting name, and a PUT of the tester names nobody so."""
    fill = resource_put.fill_with_random_values

    def filled(context, obj, *args, **kwargs):
        lasting = getattr(obj, "emails", None)
        obj = fill(context, obj, *args, **kwargs)
        if lasting is not None:
            obj.emails = lasting
        return obj

    resource_put.fill_with_random_values = filled


def main(url, domain):
    of_one_domain(domain)
    with_lasting_addresses()
    headers = {"Authorization": f"Bearer {os.environ['SCIM_TOKEN']}"}
    wrong = 0
    with Client(base_url=url, headers=headers, timeout=30) as client:
        results = check_server(SyncSCIMClient(client))
    for result in results:
        bad = result.status in (Status.ERROR, Status.CRITICAL, Status.DEVIATION)
        expected = any(check == result.title and part in (result.reason or "") for check, part in EXPECTED)
        wrong += bad and not expected
        mark = "EXPECTED" if bad and expected else result.status.name
        print(f"{mark} {result.title} {result.resource_type or ''}: {result.reason}")
    print(f"{len(results)} checks, {wrong} wrong")
    sys.exit(wrong > 0 or len(results) < 50)


if __name__ == "__main__":
    main(*sys.argv[1:])
