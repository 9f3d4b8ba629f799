import type { OnboardingForm } from '../../shared/onboarding-form';
import type { Run } from '../../shared/run';
import { defaultWorkingHours } from '../../shared/working-hours';

export const runId = '5b0e4f6e-3c1f-4a55-9d0e-0a4c5a3a9b01';
export const businessId = '8e4a2d1c-7b7e-4a0b-8d53-6f2c1c9d2e02';
export const userId = '1f6f2a40-9a0c-4d83-b1c5-2a9f0b7d3c03';

/** A form with nothing odd in it. */
export function aForm(changes: Partial<OnboardingForm> = {}): OnboardingForm {
  return {
    businessName: 'Bright Sparks Electrical',
    firstName: 'Jo',
    lastName: 'Miller',
    email: 'jo@brightsparks.example',
    mobile: '+61480000123',
    services: 'Switchboards, lights and emergency call-outs',
    workingHours: defaultWorkingHours,
    currentBookingProcess: 'Phone and a paper diary',
    goals: 'Miss no call',
    suburb: 'Parramatta',
    state: 'NSW',
    postcode: '2150',
    timeZone: 'Australia/Sydney',
    ...changes,
  };
}

/** The run of a client that has come all the way to going live; undo parts with null. */
export function aRun(changes: Partial<Run> = {}): Run {
  return {
    runId,
    invoiceId: '2c7d8f00-52f7-4a3c-9f3e-5d5c0d1e1f04',
    tenantId: '9a1b2c3d-1111-4222-8333-444455556666',
    invoiceNumber: 'INV-0042',
    executionId: 'arn:aws:states:ap-southeast-2:000000000000:execution:provisioning:one',
    createdAt: '2026-11-22T00:00:00Z',
    client: {
      clientId: '3d8e9f11-63a8-4b4d-8a4f-6e6d1e2f2a05',
      name: 'Bright Sparks Electrical',
      firstName: 'Joanna',
      email: 'jo@brightsparks.example',
      phone: null,
      status: 'Onboarding',
      liveAt: null,
    },
    onboarding: { businessId, form: aForm(), submittedAt: '2026-11-22T01:00:00Z' },
    number: { e164: '+61480000001', sid: 'PN00000000000000000000000000000001', state: 'configured', attempt: 1 },
    business: { id: businessId, name: 'Bright Sparks Electrical', timeZone: 'Australia/Sydney' },
    login: { userId, existedBefore: false },
    testSms: null,
    checks: { day1At: '2026-11-22T23:00:00Z', day3At: '2026-11-24T23:00:00Z', day7At: '2026-11-28T23:00:00Z' },
    ...changes,
  };
}
