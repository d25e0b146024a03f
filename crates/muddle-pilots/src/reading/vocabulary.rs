//! The words by which `matter` tells what a mail is about, in English; other languages are left to people.
//!
//! Stems between bars, compared in plain lower case. Each list is what a person at a desk would look out for; none is taken from any
//! office's texts, so some wordings are missed, which is why what is missed goes to a person.

/// Money is wanted back.
pub(super) const MONEY_BACK: &str = "refund|money back|my money|pay me back|paid back|pay it back|give me back|give back|\
    reimburs|back on my card|put back on|want back|like back|return it|return the|\
    to return|send it back|send back|take it back|goes back|like it returned|\
    cancel the whole|return for a refund";

/// Something is wrong with the thing.
pub(super) const DEFECT: &str = "broken|broke|damag|crack|fault|defect|stopped working|doesn't work|does not work|\
    not working|missing|chipped|scratch|torn|leak|rust|dent|crushed|in pieces|rattl|\
    came off|coming off|useless";

/// Only what the delivery cost.
pub(super) const SHIPPING: &str = "shipping|delivery charge|delivery fee|delivery cost|postage|carriage|\
    paid for delivery|express surcharge";

/// The delivery is what was paid too much for.
pub(super) const SHIPPING_WISH: &str = "refund|back|return|reimburse|waive";

/// One order, two payments.
pub(super) const TWICE: &str = "twice|two payments|two charges|two times|double charg|paid double|second payment|\
    two debits";

/// Where a refund is that was promised.
pub(super) const STATUS: &str = "where is my refund|wheres my refund|where's my refund|status of my refund|\
    status of refund|any news on the refund|still no refund|refund was promised|\
    waiting for the money|about the refund|has the refund|wait for my refund|\
    when the refund|how long does a refund";

/// Lawyers and courts.
pub(super) const LEGAL: &str = "formal notice|formal complaint|notice before|before action|deadline|claim|claims|lawyer|solicitor|attorney|court|legal|barrister|judge|advocate|go to law|\
    notice before action|consumer association|reserve all my rights|file a claim|\
    sue you|know my rights|my rights|anwalt|gericht|avocat|tribunal|abogado";

/// Somebody was hurt.
pub(super) const INJURY: &str = "hurt|hurts|injur|cut myself|cut my|burnt my|burned my|electric shock|broke my toe|bruise|stitches|\
    sparks|choked|caught fire|my thumb|hospital|casualty|a&e|emergency room|verletzt|blessé|\
    herido";

/// Everything about them is to be forgotten.
pub(super) const DELETE: &str = "delete my|delete it|delete everything|erase|erased|erasure|remove me from|forget me|\
    customer record deleted|take me off everything|hold any data|processing of my data|\
    close my account|wipe what|personal data|daten löschen|löschen sie|supprimer mes données|\
    borrar mis datos";

/// The bank is, or will be, at it.
pub(super) const BANK: &str = "chargeback|charge back|charge contested|contest the debit|dispute the charge|disputing|\
    disputed|the dispute|a dispute|dispute with|dispute goes|take the money back|\
    payment reversed|go through the bank|claw it back|card protects me|call is to the bank|\
    claim at the bank|claim i made|claim with the bank|opened a case|bank has credited|\
    bank will do it|go to my bank|credit card company will sort|credit from my bank|\
    gone to my bank|own enquiry continues";

/// Somewhere else than where it came from.
pub(super) const ELSEWHERE: &str = "new card|another card|other card|different card|old card|card has been closed|\
    husband's card|wife's card|card ending|one ending|ends with|card has been withdrawn|\
    was my flatmate's|last numbers|changed banks|bank account instead|iban|neue karte|\
    andere karte|autre carte|otra tarjeta|to the new card";

/// The last mail does not count.
pub(super) const TAKEN_BACK: &str = "ignore my last|ignore my|forget what i wrote|disregard|take back what i asked|\
    never mind|don't do anything about|scrap that|leave everything as it is|\
    as not written|false alarm|stop the refund|cancel my request|tear up|\
    has settled itself|withdraw the request|withdraw my|forget my mail|forget it|\
    don't need the refund|keeping it";

/// Words for a machine that reads mail.
pub(super) const FOR_MACHINES: &str = "ignore previous|ignore all previous|previous instructions|system prompt|as an ai|\
    language model|assistant|### |new instruction|system:|<system|override|developer mode|\
    do not explain";

/// Grateful, and nothing else.
pub(super) const THANKS: &str = "thank|thanks|thx|obliged|appreciat|sorted|settled|understood|fair enough|\
    makes sense|happy with that";

/// Asks something about the goods or the shop.
pub(super) const QUESTION: &str = "do you|is the|how do i|can i|what are|what's|are there|when will|could you tell me|\
    would the|where is the|how long is|does the|may i|is it possible|is there|\
    opening hours|delivery time|i want to know|whether";

/// Nobody is there.
pub(super) const AWAY: &str = "out of the office|out of office|automatic reply|abwesenheit|i'm on leave|i'm away until|\
    on holiday until|away from my desk|parental leave|is closed until|closed for stocktaking|\
    automatic message|limited access to e-mail|auto:";

/// Sent to many.
pub(super) const MASS: &str =
    "unsubscribe|view this mail in your browser|leave this list|manage your preferences";

/// Somebody wants to sell to the desk.
pub(super) const PITCH: &str = "first page|factory price|executor|directory|mobile apps|guest article|mailbox is|\
    real reviews|reliable supplier|shortlisted|verified addresses|we lend|your profile|\
    trade fair|competitors|genuine opportunity|price list|short call|telephone number|\
    triple their|without any paperwork|quality is guaranteed|experts|ten selected|reply yes|\
    company details|click the link|your interest|technical knowledge|see results|modalities|\
    person in charge|decision by tomorrow";

/// Somebody above everybody, in a hurry.
pub(super) const BOSS: &str = "chief executive|ceo|managing director|board meeting|overruling|keep this confidential|\
    between us for the moment|boarding in|at your desk|refund a customer|important client|\
    without involving anyone|handle personally|quick favour|investor|journalist is a customer|\
    upset customer whom";

/// The courier, and no money.
pub(super) const COURIER: &str = "courier|driver|delivery|carrier|parcel|box|van|left in the rain|paper bin|petrol station|\
    neighbour";

/// It never came.
pub(super) const NEVER_CAME: &str = "never arrived|never came|not received|hasn't come|no delivery|tracking|vanished|\
    never scanned|no scan|still waiting for|where is my|did not come|\
    nobody ever delivered|missing a parcel|not been delivered|lost|in transit|\
    label created";

/// All of it.
pub(super) const WHOLE: &str = "whole order|entire order|complete order|everything goes back|all of it|the lot|\
    in full|full refund|full amount|full price";

/// They have thought better of it.
pub(super) const MIND: &str = "changed my mind|change of mind|don't need|do not need|no longer need|dont need|not for me|don't want|\
    regret|doesn't suit|not what i|isn't what i|not right for|impulse|no use for|already ha|bigger than|smaller than|unopened|surplus";

/// What stays with the customer.
pub(crate) const KEEPS: &str =
    "keep|keeping|kept|the rest|everything else|other thing|other things|retain|is fine|are fine";

/// One thing and not the others.
pub(crate) const ONLY: &str = "only|just|alone|solely|nothing else|nothing more|one thing|one item|not the whole|part of it|the part|\
    the line for|the price of|the one for";
