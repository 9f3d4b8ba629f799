/**
 * Makes both drivers hand out values as PostgREST would, which lets Postgres write the JSON (stock lite: timestamptz with a space, numeric as
 * a string), and makes PGlite accept values for text columns that lite turned into numbers or booleans. Numbers are pg_type OIDs.
 */
const OID = {
  bool: 16,
  char: 18,
  name: 19,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  money: 790,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  jsonb: 3802,
} as const;

/** `2026-01-01 10:00:00+00` → `2026-01-01T10:00:00+00:00`; `infinity` stays. */
export const isoTimestamp = (text: string) => (/^\d/.test(text) ? text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00') : text);

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
};
const asBool = (value: unknown): string => (typeof value === 'boolean' ? (value ? 't' : 'f') : String(value));
const same = (text: string) => text;

const textual = [OID.char, OID.name, OID.text, OID.bpchar, OID.varchar, OID.date, OID.timestamp, OID.timestamptz];
const numeric = [OID.int2, OID.int4, OID.int8, OID.float4, OID.float8, OID.numeric];

/** For `new PGlite({ parsers, serializers })`. */
export const pgliteFormats = {
  parsers: { [OID.timestamp]: isoTimestamp, [OID.timestamptz]: isoTimestamp, [OID.numeric]: Number, [OID.money]: same },
  serializers: {
    ...Object.fromEntries([...textual, ...numeric].map((oid) => [oid, asText])),
    [OID.bool]: asBool,
  },
};

/** For `postgres(url, { types })`. lite hands JSON over as text, which postgres.js would encode a second time. */
export const postgresFormats = {
  liteTimestamp: { to: OID.timestamp, from: [OID.timestamp], serialize: same, parse: isoTimestamp },
  liteTimestamptz: { to: OID.timestamptz, from: [OID.timestamptz], serialize: same, parse: isoTimestamp },
  liteBool: { to: OID.bool, from: [OID.bool], serialize: asBool, parse: (text: string) => text === 't' },
  liteNumeric: { to: OID.numeric, from: [OID.numeric], serialize: asText, parse: Number },
  liteJson: { to: OID.json, from: [OID.json], serialize: asText, parse: (text: string): unknown => JSON.parse(text) },
  liteJsonb: { to: OID.jsonb, from: [OID.jsonb], serialize: asText, parse: (text: string): unknown => JSON.parse(text) },
};
