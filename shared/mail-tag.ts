/** The tag on every mail whose value is the mail's id: SES's events carry it back. Names may hold ASCII letters, digits, `_` and `-`. */
export const mailIdTag = 'mail-id';
