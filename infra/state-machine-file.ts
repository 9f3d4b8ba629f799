/** Relative to the repository's root. */
export const aslFile = 'state-machines/provisioning.asl.json';
