/** What a number says that nobody answers. Names nobody: a number in quarantine belongs to no business any more. Pure. */
export const closedWords = {
  quarantined: 'This number is no longer in use, so nobody will read your text. In an emergency call 000.',
  suspended: 'Texts to this number are not answered at the moment, so please contact the business another way.',
} as const;

/** The same for callers. */
export const closedSpeech = {
  quarantined: 'The number that you have called is no longer in use. Goodbye.',
  suspended: 'Thanks for calling. This number is not answered at the moment. Please contact the business another way. Goodbye.',
} as const;
