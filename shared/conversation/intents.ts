/** What a lead's text amounts to, by its words alone: the part that must work without a model. Pure. */

const patterns = {
  /** Somebody or something is in danger or being damaged now. */
  emergency: [
    /\b(?:burst|bursted|exploded)\b.{0,30}\b(?:pipe|main|tank|hose|hot water|system)|\bpipes?\b.{0,20}\b(?:burst|bursted|exploded)\b/,
    /\b(?:flooding|flooded|gushing|spraying|pouring)\b|\bwater\b.{0,25}\b(?:everywhere|through the (?:ceiling|roof|wall|light)|coming through)\b|\bcan'?t (?:stop|turn off|shut off) (?:the|it).{0,12}(?:water|tap)?/,
    /\bgas (?:leak|leaking|smell)|\bsmells? (?:of |like )?gas\b|\b(?:leaking|smelling|smell) gas\b|\bstinks? of gas\b/,
    /\b(?:sparks? (?:coming|flying|out|from)|sparking|arcing)\b|\bburning smell\b|\bsmell(?:s|ing)? (?:of |like )?(?:burning|smoke|something burning)\b|\b(?:smoke|smoking)\b.{0,30}\b(?:powerpoint|power point|outlet|switch|board|socket|wall|oven|engine|bonnet|meter)|\b(?:powerpoint|power point|outlet|switchboard|socket|engine|bonnet|meter box)\b.{0,20}\b(?:smoking|smoke|on fire|melting|melted)\b/,
    /\b(?:electric shock|got (?:a )?shock|zapped|electrocuted|live wires?|exposed wires?|power ?line (?:is )?down)\b/,
    /\b(?:on fire|caught fire|house fire)\b/,
    /\bsewage\b.{0,30}\b(?:everywhere|overflow\w*|coming up|backing up|in the|inside)|\b(?:overflowing|backing up)\b.{0,20}\b(?:sewage|sewer)\b|\btoilet\b.{0,15}\boverflowing\b/,
    /\bbrakes?\b.{0,15}\b(?:failed|gone|not working|don'?t work|dont work)\b|\bno brakes\b|\b(?:broken down|broke down|stranded|stuck)\b.{0,35}\b(?:freeway|highway|motorway|hwy|m1|m2|m4|m5|roadside|side of the road|middle of|tunnel|bridge|kids?)\b/,
    /\b(?:allergic reaction|face (?:is )?swelling|can'?t breathe|scalp is burning|burning my scalp)\b/,
    /\bceiling\b.{0,20}\b(?:collapsed?|collapsing|caving|about to|sagging)\b/,
    /\b(?:it'?s|its|is|this is|got|have|having) an? (?:real |absolute |total )?emergency\b|^\W*emergency\b|\bemergency\s*!|\bhelp\b.{0,12}\bemergency\b/,
    // Other languages say it in a few words that matter.
    /\b(?:emergencia|fuga de gas|inundaci[oó]n|emergenza|perdita di gas|urgence|fuite de gaz|notfall|gasleck|rohrbruch)\b|khẩn cấp|rò rỉ khí|vỡ ống|紧急|緊急|漏水|爆管|煤气|漏电|漏電|着火|طوارئ|تسرب|حريق|आपात|ガス漏れ|水漏れ|가스|누수/,
  ],
  notEmergency: [
    /\b(?:not|isn'?t|no|isnt|ain'?t) (?:really |exactly )?(?:an? )?(?:emergency|urgent)\b/,
    /\b(?:last (?:year|month|week|winter|summer)|years? ago|used to)\b/,
    /\bdo (?:you|u|ya) (?:guys )?(?:do|offer|have)\b.{0,20}\bemergenc/,
    /\b(?:fixed|stopped) (?:now|it)|\ball good now\b/,
  ],
  person: [
    /\b(?:speak|talk|chat)\b.{0,12}\b(?:to|with)\b.{0,16}\b(?:someone|somebody|a person|a human|human|real|manager|owner|boss|staff|anyone)\b/,
    /\b(?:real|actual|human) (?:person|human|being)\b.{0,12}(?:please|pls|plz)|\bget me (?:a|an|the) (?:human|person|manager|owner|boss)\b/,
    /\b(?:call|ring|phone) me\b|\bgive me a (?:call|ring|buzz|bell)\b|\bcan (?:someone|somebody|you|u|ya) (?:please )?(?:call|ring|phone)\b/,
    /\b(?:reschedule|re-schedule|change my (?:booking|appointment|time)|move my (?:booking|appointment)|cancel (?:my|the|our) (?:booking|appointment|job))\b/,
  ],
  complaint: [
    /\b(?:complain|complaint|disgusting|disgrace|appalling|pathetic|useless|hopeless|rip ?off|ripped off|scammed|dodgy|ruined|wrecked|botched|stuffed (?:it )?up|screwed (?:it )?up|worst|unacceptable|fuming|furious|refund|money back|fair trading|accc|lawyer|sue|one star|1 star|bad review)\b/,
    /\b(?:never|didn'?t|didnt|no one|nobody|noone) (?:showed?|turned|came|come|called?|rang)\b/,
    /\bwaste of (?:time|money)\b|\bwhat (?:the|a) (?:fuck|hell|joke)\b|\bfuck(?:ing|en)? (?:joke|useless|idiots?|you)\b|\bshit (?:job|service|company)\b/,
  ],
  bot: [
    /\b(?:are|r) (?:you|u|ya)\b.{0,12}\b(?:bot|robot|ai|a\.i\.|real|human|machine|automated|computer|person|chat ?gpt)\b/,
    /\b(?:is|am i).{0,22}\b(?:bot|robot|ai|automated|real person|human|machine|chat ?gpt)\b/,
    /\b(?:you'?re|ur|u r|sounds like) an? (?:ro)?bot\b|\bbot\s*\?/,
    /\bwho am i (?:talking|texting|speaking|chatting)\b/,
  ],
  price: [
    /\b(?:how much|price|prices|pricing|cost|costs|charge|charges|rates?|fee|fees|ballpark|estimate|call ?out|cheap|cheapest|discount|what do (?:you|u) charge|hourly)\b/,
  ],
  payment: [
    /\b(?:do|can|could) (?:you|u|ya|i|we)(?: guys)?\b.{0,25}\b(?:take|accept|pay)\b.{0,20}\b(?:cards?|cash|eftpos|visa|amex|afterpay|zip|paypal|bank transfer|payid|invoice)\b/,
    /\bpay (?:by|with|via|in) \w+|\bpayment (?:methods?|options?|plans?)\b|\bhow (?:do|can|should|would) (?:i|we) pay\b|\btake (?:cards?|cash|eftpos|afterpay)\b/,
  ],
  area: [
    /\bdo (?:you|u|ya|yous|youse)(?: guys)?\b.{0,12}\b(?:service|cover|come (?:out )?to|travel to|go (?:out )?to|work in)\b|\b(?:can|would|will) (?:you|u|ya|yous|youse)(?: guys)?\b.{0,12}\b(?:service|cover|travel to|come as far as|come all the way)\b|\b(?:what|which) (?:areas?|suburbs?) (?:do|are|can|r) (?:you|u|ya)\b|\bservice area\b/,
  ],
  services: [
    /\bwhat (?:services|(?:sort|kind|type)s? of (?:work|jobs?|things?|stuff))\b|\bwhat (?:do|can) (?:you|u|ya|yous|youse)(?: guys)? (?:do|offer|fix)\b(?! (?:you|u) )/,
  ],
  hours: [
    /\b(?:what|wat|wot) (?:time|hours|hrs)\b.{0,25}\b(?:open|close|shut|finish|start|work)|\b(?:opening|business|trading|working) (?:hours|hrs|times)\b/,
    /\b(?:are|r) (?:you|u|ya|yous|youse)(?: guys)? (?:open|closed)\b|\bwhen (?:are|do|r) (?:you|u|ya)\b.{0,8}\b(?:open|close|shut)\b|\b(?:you|u) (?:open|work)\b.{0,20}\b(?:weekends?|saturdays?|sundays?|sat|sun)\b|\bwhat are (?:your|ur) hours\b|\bur hours\b/,
  ],
  optOut: [
    /\b(?:stop|quit|don'?t|dont|do not|never)\b.{0,12}\b(?:text(?:ing)?|messag(?:e|ing)|contact(?:ing)?|sms(?:ing)?|send(?:ing)?|spam(?:ming)?|bother(?:ing)?|harass(?:ing)?|writ(?:e|ing))\b.{0,12}\b(?:me|us|this|again|messages|texts|anymore|any more)\b/,
    /\b(?:unsubscribe|opt(?:ing)? ?out|opt me out|remove (?:me|my (?:number|phone))|take me off|delete my number|lose my number)\b/,
    /\bleave me (?:the (?:fuck|hell) )?alone\b|^\W*(?:stop it|please stop|pls stop|stop please|stop pls|stop now|just stop|stop stop)\W*$/,
  ],
  spam: [
    /\b(?:seo|backlinks?|first page of google|google rank\w*|web ?site (?:design|traffic|audit)|digital marketing|lead generation|guest post|social media marketing|app development|loan approved|business loan|merchant cash|crypto|bitcoin|forex|casino|betting bonus|free spins|viagra|onlyfans|prize|lottery|inheritance|gift ?card)\b/,
    /\b(?:your|ur) (?:parcel|package|mygov|ato|toll|linkt|auspost|netflix|account|tax refund)\b.{0,60}(?:https?:|www\.|\.com|\.top|\.xyz|bit\.ly|click|link)/,
    /\b(?:hi|hey) (?:mum|mom|dad)\b.{0,50}\b(?:phone|number)\b/,
  ],
  wrongNumber: [/\bwrong (?:number|person)\b/],
  thanks: [
    /^\W*(?:ok(?:ay)?|k|kk|no worries|np|all good|cool|great|awesome|perfect|legend|sweet|thanks?|thank ?(?:you|u)|thx|tx|ty|ta|cheers|too easy|beauty|bewdy|righto|sounds good|good|done|nice one|lovely|see (?:you|ya|u)(?: then)?|bye)(?:[\s,.!]+(?:ok(?:ay)?|so much|very much|heaps|a lot|mate|guys|thanks?|thank ?(?:you|u)|thx|cheers|ta|again|then|legend|great|for that|no worries|bye|see (?:you|ya|u)(?: then)?|team|all|love|darl))*\W*$/,
  ],
  /** An automatic answer: to write back would go on for ever. */
  machine: [
    /\b(?:auto(?:matic|mated)?[- ]?(?:reply|response|replied|message|responder)|out of (?:the )?office|do not disturb while driving|i(?:'|’)?m driving(?: with| right now| at the moment| now)?\b.{0,40}\b(?:later|notifications|focus|see your message|get back|call you|silenced)?|(?:this|the) (?:mailbox|number|inbox) (?:is )?(?:not|isn'?t|un) ?monitored|please do not reply|do not reply to this|no-?reply|sent (?:automatically|from my car)|notifications silenced|i(?:'|’)?ll (?:see your message|get back to you) when i|is currently unavailable|currently on (?:annual )?leave|verification code|one[- ]time (?:code|password|passcode)|your (?:otp|code) is)\b/,
  ],
} as const satisfies Record<string, readonly RegExp[]>;

export type Intent = Exclude<keyof typeof patterns, 'notEmergency'>;
export const intents = [
  'emergency',
  'person',
  'complaint',
  'bot',
  'price',
  'payment',
  'area',
  'services',
  'hours',
  'optOut',
  'spam',
  'wrongNumber',
  'thanks',
  'machine',
] as const satisfies readonly Intent[];

/** Everything that the text says of these things, of other things nothing. */
export function intentsOf(text: string): Set<Intent> {
  const words = plain(text);
  const found = new Set<Intent>(intents.filter((intent) => patterns[intent].some((pattern) => pattern.test(words))));
  if (patterns.notEmergency.some((pattern) => pattern.test(words))) found.delete('emergency');
  // "Do not text before nine" is no farewell, and somebody with water in the kitchen is no advertiser.
  if (found.has('emergency')) for (const less of ['spam', 'optOut', 'machine'] as const) found.delete(less);
  return found;
}

/** Lower case with straight quotes on one line. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/[‘’]/g, "'").replace(/\s+/g, ' ');
}

/** For the database: whether the sender wants to be left alone, or is a machine. */
export function kindOf(text: string): 'text' | 'opt-out' | 'machine' {
  const found = intentsOf(text);
  if (found.has('optOut')) return 'opt-out';
  return found.has('machine') ? 'machine' : 'text';
}
