/** People and businesses that do not exist, for rehearsals. Addresses end in `.example`; the mobiles are made up. */
export interface SampleClient {
  contactName: string;
  email: string;
  phone: string;
  form: Record<string, string>;
  /** Somebody who will text the new number. */
  lead: { phone: string; text: string };
}

const trades = [
  {
    word: 'Plumbing',
    services: 'Blocked drains, hot water systems, leaking taps',
    lead: 'Hi, my hot water is out in Brunswick. Can someone come today?',
  },
  { word: 'Electrical', services: 'Switchboards, lighting, safety checks', lead: 'Need a powerpoint put in, are you free this week?' },
  { word: 'Cleaning', services: 'End of lease, offices, windows', lead: 'How soon could you do an end of lease clean in Carlton?' },
  {
    word: 'Landscaping',
    services: 'Garden design, retaining walls, turf',
    lead: 'Looking for someone to lay turf, about 60 square metres',
  },
];
const people = [
  ['Mia', 'Nguyen'],
  ['Jack', 'Wilson'],
  ['Olivia', 'Rossi'],
  ['Noah', 'Singh'],
  ['Chloe', 'Papadopoulos'],
  ['Liam', "O'Brien"],
] as const;
const places = [
  { suburb: 'Brunswick', state: 'VIC', postcode: '3056' },
  { suburb: 'Newtown', state: 'NSW', postcode: '2042' },
  { suburb: 'Fremantle', state: 'WA', postcode: '6160' },
  { suburb: 'Toowong', state: 'QLD', postcode: '4066' },
  { suburb: 'Glenelg', state: 'SA', postcode: '5045' },
];

/** The `index`-th sample client of a rehearsal (from 0); the same every time. `tag` keeps rehearsals on one stack apart. */
export function sampleClient(index: number, tag: string): SampleClient {
  const [firstName, lastName] = pick(people, index);
  const trade = pick(trades, index);
  const place = pick(places, index);
  const email = `${firstName}.${lastName}.${tag}${index}@client.example`.toLowerCase().replace("'", '');
  const phone = `+6149157${String(1000 + index).padStart(4, '0')}`;
  const hours = Object.fromEntries(
    ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'].flatMap((day) => [
      [`${day}_enabled`, 'on'],
      [`${day}_start`, '07:00'],
      [`${day}_end`, '16:00'],
    ]),
  );
  return {
    contactName: `${firstName} ${lastName}`,
    email,
    phone,
    lead: { phone: `+6149110${String(1000 + index).padStart(4, '0')}`, text: trade.lead },
    form: {
      ...hours,
      ...place,
      businessName: `${lastName} ${trade.word}`,
      firstName,
      lastName,
      email,
      mobile: phone.replace('+61', '0'),
      services: trade.services,
      currentBookingProcess: 'They call me while I am on the tools, and I miss half of them.',
      goals: 'Answer every enquiry within a minute.',
      timeZone: '',
    },
  };
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list of samples');
  return item;
}
