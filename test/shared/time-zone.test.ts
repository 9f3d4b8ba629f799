import { DateTime } from 'luxon';
import { australianTimeZones, states, timeZoneOf } from '../../shared/time-zone';

test.each([
  ['NSW', '2000', 'Australia/Sydney'],
  ['NSW', '2880', 'Australia/Broken_Hill'],
  ['NSW', '2898', 'Australia/Lord_Howe'],
  ['VIC', '3000', 'Australia/Melbourne'],
  ['QLD', '4000', 'Australia/Brisbane'],
  ['SA', '5000', 'Australia/Adelaide'],
  ['WA', '6000', 'Australia/Perth'],
  ['WA', '6443', 'Australia/Eucla'],
  ['WA', '6798', 'Indian/Christmas'],
  ['TAS', '7000', 'Australia/Hobart'],
  ['NT', '0800', 'Australia/Darwin'],
  ['ACT', '2600', 'Australia/Sydney'],
] as const)('%s %s is in %s', (state, postcode, timeZone) => {
  expect(timeZoneOf(state, postcode)).toBe(timeZone);
});

test.each(states)('%s has a time zone whatever the postcode', (state) => {
  expect(australianTimeZones).toContain(timeZoneOf(state, 'nonsense'));
});

test.each(australianTimeZones)('%s is a zone that the clock knows', (zone) => {
  expect(DateTime.fromISO('2026-11-22T00:00:00Z', { zone }).isValid).toBe(true);
});
