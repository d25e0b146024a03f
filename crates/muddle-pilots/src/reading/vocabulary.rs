//! The words by which `matter` tells what a mail is about, in four languages.
//!
//! Stems between bars, compared in plain lower case. Each list is what a person at a desk would look out for; none is taken from any
//! office's texts, so some wordings are missed, which is why what is missed goes to a person.

/// Money is wanted back.
pub(super) const MONEY_BACK: &str = "refund|money back|pay me back|paid back|pay that|pay it back|give me back|gives me back|\
    give back|return of my money|reimburs|price of it returned|like it returned|back on my card|\
    put back on|like back|want back|full price|receive back|make return|reclamation|reklamation|réclamation|a return|have my money|my money|return it|to return|send it back|\
    send back|sending back|take it back|take that back|goes back|go back|should come back|\
    credit me|would like returned|have it back|to be returned|of it back|return the|return my|\
    cancel the whole|put it back|have the money|recover|returning|erstatt|geld zurück|\
    zurücküberweis|zurückgeben|zurückzahl|auf meine karte zurück|geht zurück|rückgabe|rembours|\
    récupérer mon argent|reembols|devolución|devolver|devuelv|dinero";

/// Something is wrong with the thing.
pub(super) const DEFECT: &str = "broken|broke|damag|crack|fault|defect|stopped working|doesn't work|does not work|\
    not working|ceased to function|missing|chipped|chip on|scratch|torn|tore|leak|rust|dent|\
    crushed|in pieces|rattl|smell|loose|flak|bent|split|stuck together|wet through|no sound|\
    crackl|hum|won't hold|wobbl|came off|comes off|coming off|sinks|stripped|gouge|seam|zip|\
    frayed|flicker|short and|in there twice|came apart|useless|can't be put together|\
    return that was packed|pull in the weave|lost its dye|let the rain|let me down|gave way|\
    gave up|only two of them|so much play|answer twice|wreck|lasted|should last|\
    hold for more than|since the first day|worked fine|worked nicely|working nicely|kaputt|riss|\
    beschädigt|ging nichts|durchnässt|wackelt|zerkratzt|abgeplatzt|keinen ton|naht|verbeult|\
    ein teil fehlt|cassé|fissure|ne marchait|manque|trempé|rayé|abîmé|couture|odeur|s'arrête|\
    roto|rota|grieta|dañad|falta|rayad|no funciona|dejó de";

/// Only what the delivery cost.
pub(super) const SHIPPING: &str = "shipping|delivery charge|delivery fee|delivery cost|delivery part|postage|carriage|\
    cost of the transport|express surcharge|paid for delivery|charged for it all the same|\
    the delivery|versandkosten|porto|frais de port|frais de livraison|livraison|gastos de envío|\
    envío";

/// The delivery is what was paid too much for.
pub(super) const SHIPPING_WISH: &str =
    "refund|back|return|waive|reimburse|erstatt|zurück|rembours|reembols|devuel|devol";

/// One order, two payments.
pub(super) const TWICE: &str = "charged me twice|charged twice|twice off|twice for the same|off my card twice|billed twice|\
    billed two times|two payments|two charges|two identical|two debits|double charg|paid double|\
    charged me 2x|charge on it twice|debited me twice|debited a second|went through twice|\
    both have been taken|two times the money|left my account twice|duplicate and refund|\
    one of the charges|one of the two|second payment|the same again|pinged again|zweimal|\
    doppelt|deux fois|deux débits|dos veces|dos cargos|doble";

/// Where a refund is that was promised.
pub(super) const STATUS: &str = "where is my refund|wheres my refund|where's my refund|refund was on its way|\
    how far my refund|when the refund|refund will show|refund was promised|has the refund gone|\
    about the refund you|how long does a refund|stand with my refund|\
    money should be back by now|refund isn't there|still no refund|any news on the refund|\
    status of refund|status of my refund|wait for my refund|waiting for the money|\
    refund you spoke|whereabouts of the reimbursement|did you pay it to the card|\
    nothing has arrived on my account|you said three to five days|refund hasn't|wo bleibt|\
    wann mein geld|rückzahlung schon|erstattung zugesagt|warte noch immer auf|aufs konto|\
    où en est|vous m'aviez annoncé|quand vais-je recevoir|aucun remboursement|\
    remboursement est-il|dónde está mi reembolso|cuándo|sigo esperando";

/// Lawyers and courts.
pub(super) const LEGAL: &str = "lawyer|solicitor|attorney|court|legal|barrister|before a judge|advocate|go to law|\
    notice before action|consumer association|reserve all my rights|file a claim|sue you|\
    know my rights|anwalt|gericht|avocat|tribunal|abogado";

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
pub(super) const TAKEN_BACK: &str = "ignore my last|ignore my|forget what i wrote|disregard|take back what i asked|never mind|\
    don't do anything about my last|scrap that|leave everything as it is|as not written|\
    false alarm|stop the refund|cancel my request|tear up|has settled itself|\
    withdraw the request|withdraw my|forget my mail|forget it|don't need the refund|\
    keeping it after all|vergessen sie meine|hat sich erledigt|oubliez mon|olviden mi";

/// Words for a machine that reads mail.
pub(super) const FOR_MACHINES: &str = "ignore previous|ignore all previous|previous instructions|system prompt|as an ai|\
    language model|assistant|### |new instruction|system:|<system|override|developer mode|\
    do not explain";

/// Grateful, and nothing else.
pub(super) const THANKS: &str = "thank|thx|merci|danke|gracias|obliged|appreciat|ta\n|sorted|settled|fine by me|understood|\
    fair enough|makes sense|that's fair|glad that|received, |all i wanted to know|\
    happy with that|i see.|compliment|write to shops";

/// Asks something about the goods or the shop.
pub(super) const QUESTION: &str = "do you|is the|how do i|can i|can two|can one|what are|what's|are there|when will|\
    could you tell me whether|would the|where is the|how long is|does the|may i|\
    is it possible to have|is there a discount|opening hours|delivery time|\
    could you send me one|i want to know|whether the|do u|i'd like to order|liefern sie|gibt es|\
    wann ist|kann ich|wie pflegt|bis wann|könnte man|livrez-vous|est-ce que|quand est-ce|\
    peut-on|hacen envíos|se puede|tienen";

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
    never scanned|no scan|still waiting for my|where is my|did not come|lost, gone|\
    nobody ever delivered|missing a parcel|has not been delivered|label created|in transit|\
    not been delivered|nie angekommen|jamais arrivé|nunca llegó";

/// All of it.
pub(super) const WHOLE: &str = "whole order|entire order|complete order|everything goes back|all of it|the lot|in full|\
    full refund|full amount|alles zurück|vollen betrag|la totalité|remboursement complet|todo";

/// What stays with the customer.
pub(crate) const KEEPS: &str = "keep|keeping|kept|the rest|everything else|other thing|other things|retain|stays|hold|\
    is fine|are fine|behalte|den rest|der rest|alles andere|je garde|le reste|tout le reste|el resto|lo demás|me quedo";

/// One thing and not the others.
pub(crate) const ONLY: &str = "only|just|alone|solely|nothing else|nothing more|one thing|one item|not the whole|part of it|the part|\
    the line for|the price of|the one for|nur|einzig|seulement|uniquement|seul|solo|sólo|únicamente";
