-- Each screened deposit is compared with all earlier ones: without these, ten thousand clients make the next one's screening read ten thousand rows.
create index screened_deposits_contact_idx on public.screened_invoices (contact_id) where verdict = 'deposit';
create index screened_deposits_email_idx on public.screened_invoices (lower(contact_email)) where verdict = 'deposit';
