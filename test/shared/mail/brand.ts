import type { Brand } from '../../../shared/config';

/** A brand as a stage would configure it. */
export const brand: Brand = {
  name: 'CoreSentia',
  fromEmail: 'hello@coresentia.example',
  replyTo: 'support@coresentia.example',
  signerName: 'Robin',
  phone: '+61480000099',
  legalName: 'CoreSentia Pty Ltd',
  abn: '12 345 678 901',
  websiteUrl: 'https://www.coresentia.example',
};
