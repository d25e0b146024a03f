//! Lists: they walk both ways and narrow.

use super::desk::{NOW, act, desk, refund, view};
use crate::billing::*;
use crate::reply;
use crate::time::At;

#[test]
fn lists_walk_both_ways_and_narrow_by_index_and_time() {
    let mut world = desk();
    for _ in 0..7 {
        world.at = world.at.plus(1_000);
        act(&mut world, &refund(Some(10), None));
    }
    let ids = |page: Page, equal: &[(&str, &str)], from: Option<At>| {
        let filter = Filter {
            equal: equal
                .iter()
                .map(|(k, v)| ((*k).into(), (*v).into()))
                .collect(),
            created_from: from,
            ..Filter::default()
        };
        let of = Listed::Refunds;
        let call = Call::plain(Request::List { of, filter, page });
        match decide(&view(&world), &call, None).reply {
            reply::Reply::Billing(Reply::List { ids, has_more, .. }) => (ids, has_more),
            other => panic!("a list, not {other:?}"),
        }
    };
    let all = ids(Page::default(), &[], None).0;
    assert_eq!(all.len(), 7);
    assert_eq!(all, ids(Page::default(), &[("charge", "ch_1")], None).0);
    for equal in [&[][..], &[("charge", "ch_1")]] {
        let behind = Page {
            limit: Some(3),
            starting_after: Some(all[1].clone()),
            ending_before: None,
        };
        assert_eq!(ids(behind, equal, None), (all[2..5].to_vec(), true));
        let ahead = Page {
            limit: Some(3),
            starting_after: None,
            ending_before: Some(all[5].clone()),
        };
        assert_eq!(ids(ahead, equal, None), (all[2..5].to_vec(), true));
        let since = Some(NOW.plus(6_000));
        assert_eq!(
            ids(Page::default(), equal, since),
            (all[..2].to_vec(), false)
        );
    }
}
