import { DayHours, defaultWorkingHours, LocalTime, WorkingHours } from '../../shared/working-hours';

test("the defaults are the SOP's", () => {
  expect(WorkingHours.parse(defaultWorkingHours)).toEqual(defaultWorkingHours);
  expect(defaultWorkingHours).toMatchObject({
    monday: { enabled: true, start: '09:00', end: '17:00' },
    saturday: { enabled: false, end: '13:00' },
  });
});

test.each(['00:00', '09:30', '23:59'])('%s is a time', (time) => {
  expect(LocalTime.safeParse(time).success).toBe(true);
});

test.each(['24:00', '9:00', '09:60', '09:00:00', ' 09:00', '09:00\n', ''])('%j is no time', (time) => {
  expect(LocalTime.safeParse(time).success).toBe(false);
});

test.each([
  [true, '09:00', '17:00', true],
  [true, '17:00', '09:00', false],
  [true, '09:00', '09:00', false],
  [false, '17:00', '09:00', true],
  [false, 'late', '09:00', false],
])('a day (open: %s) from %s to %s makes sense: %s', (enabled, ...rest) => {
  const [start, end, makesSense] = rest;
  expect(DayHours.safeParse({ enabled, start, end }).success).toBe(makesSense);
});
