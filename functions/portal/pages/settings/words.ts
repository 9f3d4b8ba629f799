/** How settings are called. */
export const ways = { both: 'Text and e-mail', sms: 'Text only', email: 'E-mail only', none: 'Not at all' } as const;
export const tones = { friendly: 'Friendly', professional: 'Professional', relaxed: 'Relaxed' } as const;
export const topics = {
  services: 'What you do',
  hours: 'When you are open',
  'service-area': 'Where you work',
  'booking-times': 'Times that are free',
  'payment-methods': 'How to pay',
  'call-out-fee': 'Your call-out fee',
} as const;
