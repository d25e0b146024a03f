//! What a mail is about: one word per kind of letter that the packs can tell.
//!
//! Called by the generator; the packs under `fixtures/text` hold one or more shapes per key. Which facts each needs is
//! said here, because a letter can only tell what it is given.

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $key:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$note])* $variant,)* }

        impl $name {
            /// Every kind, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name under which the packs hold its shapes.
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }
        }
    };
}

kinds! {
    /// Letters from outside.
    Intent {
        /// All of an order back. Change of mind or a defect.
        PlainFull = "plain_full",
        /// One item of several: `items` holds it alone, `other["kept"]` the rest.
        ItemPartial = "item_partial",
        /// The delivery charge only (`amount`, if they name it).
        ShippingFee = "shipping_fee",
        /// Like `PlainFull`, about something expensive.
        OverThreshold = "over_threshold",
        /// Asks again because nobody answered; see also `resend`.
        ResentRequest = "resent_request",
        /// From another address of theirs; `other["other_email"]` is the one on file.
        SecondAddress = "second_address",
        /// From somebody of the household; `other["relative"]` is who ordered.
        FamilyMember = "family_member",
        ChargedTwice = "charged_twice",
        /// Where is my refund; `other["refunded_on"]` if they were told a date.
        RefundStatus = "refund_status",
        /// Asks as if it had never been paid back.
        AlreadyRefunded = "already_refunded",
        /// A plain request that says nothing of the bank, or says the bank was asked.
        OpenDispute = "open_dispute",
        DisputeAfterRefund = "dispute_after_refund",
        DisputeThreat = "dispute_threat",
        /// Late change of mind.
        OutsideWindow = "outside_window",
        /// Late, with a defect.
        OutsideWindowDefect = "outside_window_defect",
        /// Change of mind.
        FinalSale = "final_sale",
        FinalSaleDefect = "final_sale_defect",
        /// No order number; leave `order` empty.
        OrderMissing = "order_missing",
        /// Several orders and names none; leave `order` and `items` empty.
        SeveralOrders = "several_orders",
        /// `amount` is one line of the order; they want that back.
        AmountLine = "amount_line",
        /// `amount` as mistyped; wants the whole order.
        AmountSwapped = "amount_swapped",
        SameName = "same_name",
        AddressTypo = "address_typo",
        /// Writes from a new address; `other["old_email"]` is the earlier one.
        EmailConflict = "email_conflict",
        DuplicateContacts = "duplicate_contacts",
        BillingOnly = "billing_only",
        CrmOnly = "crm_only",
        /// Takes the last mail back.
        Retraction = "retraction",
        /// Short and grateful: somebody has answered already.
        ColleagueAnswered = "colleague_answered",
        /// A refund, and another matter (`other["other_order"]` if it is about another order).
        TwoRequests = "two_requests",
        /// Wants it on another card; `other["other_last4"]`.
        OtherCard = "other_card",
        CeoUrgent = "ceo_urgent",
        /// Instructions to a machine beside an ordinary request.
        InjectionBody = "injection_body",
        /// The same in a file that comes along.
        InjectionAttachment = "injection_attachment",
        LegalThreat = "legal_threat",
        Injury = "injury",
        Vip = "vip",
        DeleteMyData = "delete_my_data",
        ScreenshotOnly = "screenshot_only",
        /// Writes the whole number of a card; `other["card_number"]`.
        CardNumber = "card_number",
        OutOfOffice = "out_of_office",
        Newsletter = "newsletter",
        Spam = "spam",
        Thanks = "thanks",
        Question = "question",
        ShippingComplaint = "shipping_complaint",
        /// The parcel was never scanned as delivered; `other["tracking"]` if they have it.
        NoScan = "no_scan",
        /// Answers a question of ours with `order`, `amount` or `items`.
        AnswerOrder = "answer_order",
        AnswerAmount = "answer_amount",
        AnswerItem = "answer_item",
        /// Answers beside the point.
        AnswerBeside = "answer_beside",
        /// Corrects an answer given before.
        AnswerCorrection = "answer_correction",
        /// Asks how it stands, days after our answer.
        FollowUp = "follow_up",
        /// Accepts a refusal, grudgingly or not.
        FollowUpDenied = "follow_up_denied",
    }
}

kinds! {
    /// What an agent answers in a thread.
    Reply {
        /// It was paid back: `amount`.
        Refunded = "reply_refunded",
        /// Refused; `other["reason"]` is a clause like "the 30 days have passed".
        Denied = "reply_denied",
        /// Asks for the order number, the item or the amount.
        Asked = "reply_asked",
        HandedOver = "reply_handed_over",
        /// To thanks and questions.
        Closed = "reply_closed",
    }
}

kinds! {
    /// What the manager writes to the desk.
    Notice {
        /// The rules now in force.
        Policy = "policy_now",
        /// An earlier version of them.
        OldPolicy = "policy_before",
    }
}

impl Intent {
    /// Sent by a program or to everybody: tells no facts of its own.
    pub(super) fn is_automatic(self) -> bool {
        matches!(self, Self::OutOfOffice | Self::Newsletter | Self::Spam)
    }

    /// Whether the letter would be about nothing if it did not say what was bought.
    pub(super) fn names_the_thing(self) -> bool {
        !self.is_automatic()
            && !matches!(
                self,
                Self::Thanks
                    | Self::Question
                    | Self::ColleagueAnswered
                    | Self::DeleteMyData
                    | Self::ScreenshotOnly
                    | Self::CeoUrgent
                    | Self::Retraction
                    | Self::AnswerOrder
                    | Self::AnswerAmount
                    | Self::AnswerBeside
                    | Self::AnswerCorrection
                    | Self::FollowUp
                    | Self::FollowUpDenied
            )
    }
}
