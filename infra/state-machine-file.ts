/** Relative to the repository's root. */
export const aslFile = 'state-machines/provisioning.asl.json';
/** A client leaves. */
export const offboardingAslFile = 'state-machines/offboarding.asl.json';
