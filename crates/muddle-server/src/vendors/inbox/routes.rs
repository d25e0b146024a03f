//! The mailbox's routes: the one list, joined with `OPERATIONS` by a test.

use http::Method;

use super::asking;
use crate::vendors::Route;

macro_rules! routes {
    ($under:literal: $($method:ident $path:literal $operation:literal $parse:ident,)*) => {
        [$(Route {
            method: Method::$method,
            path: concat!($under, $path),
            operation: $operation,
            parse: asking::$parse,
        },)*]
    };
}

/// Every offered route.
pub fn all() -> Vec<Route> {
    let mut all = Vec::with_capacity(40);
    all.extend(labels_and_drafts());
    all.extend(messages_and_threads());
    all.extend(uploads());
    all
}

fn labels_and_drafts() -> [Route; 14] {
    routes! { "/gmail/v1/users/{userId}":
        GET "/profile" "get_profile" get_profile,
        GET "/history" "list_history" list_history,
        GET "/labels" "list_labels" list_labels,
        POST "/labels" "create_label" create_label,
        GET "/labels/{id}" "get_label" get_label,
        PUT "/labels/{id}" "update_label" update_label,
        PATCH "/labels/{id}" "patch_label" patch_label,
        DELETE "/labels/{id}" "delete_label" delete_label,
        GET "/drafts" "list_drafts" list_drafts,
        POST "/drafts" "create_draft" create_draft,
        POST "/drafts/send" "send_draft" send_draft,
        GET "/drafts/{id}" "get_draft" get_draft,
        PUT "/drafts/{id}" "update_draft" update_draft,
        DELETE "/drafts/{id}" "delete_draft" delete_draft,
    }
}

fn messages_and_threads() -> [Route; 18] {
    routes! { "/gmail/v1/users/{userId}":
        GET "/messages" "list_messages" list_messages,
        POST "/messages" "insert_message" insert_message,
        POST "/messages/import" "import_message" import_message,
        POST "/messages/send" "send_message" send_message,
        POST "/messages/batchModify" "batch_modify_messages" batch_modify_messages,
        POST "/messages/batchDelete" "batch_delete_messages" batch_delete_messages,
        GET "/messages/{id}" "get_message" get_message,
        DELETE "/messages/{id}" "delete_message" delete_message,
        POST "/messages/{id}/modify" "modify_message" modify_message,
        POST "/messages/{id}/trash" "trash_message" trash_message,
        POST "/messages/{id}/untrash" "untrash_message" untrash_message,
        GET "/messages/{messageId}/attachments/{id}" "get_attachment" get_attachment,
        GET "/threads" "list_threads" list_threads,
        GET "/threads/{id}" "get_thread" get_thread,
        DELETE "/threads/{id}" "delete_thread" delete_thread,
        POST "/threads/{id}/modify" "modify_thread" modify_thread,
        POST "/threads/{id}/trash" "trash_thread" trash_thread,
        POST "/threads/{id}/untrash" "untrash_thread" untrash_thread,
    }
}

fn uploads() -> [Route; 6] {
    routes! { "/upload/gmail/v1/users/{userId}":
        POST "/messages" "insert_message" upload_insert,
        POST "/messages/import" "import_message" upload_import,
        POST "/messages/send" "send_message" upload_send,
        POST "/drafts" "create_draft" upload_draft,
        PUT "/drafts/{id}" "update_draft" upload_draft_again,
        POST "/drafts/send" "send_draft" upload_draft_send,
    }
}
