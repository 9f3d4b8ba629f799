-- What the crash matrix found: a notice whose attempt failed must not wait for minutes, and a form sent twice by one press is one form.

-- The attempt failed and says so: the next one need not wait.
create function public.release_notice(p_key text) returns void
language sql set search_path = '' as $$
  update public.operator_notices set claimed_at = '-infinity' where key = p_key and sent_at is null;
$$;
call private.service_only('public.release_notice');

-- The same answers within an hour are the same press of the button, repeated because its answer was lost.
create or replace function public.submit_unattached_form(p_form jsonb, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare this_business uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('coresentia.form.' || lower(p_form ->> 'email'), 0));
  select o.business_id into this_business
    from public.client_onboarding o
   where lower(o.email) = lower(p_form ->> 'email') and o.form = p_form and o.submitted_at > p_now - interval '1 hour'
     and not exists (select from public.provisioning_runs r where r.business_id = o.business_id)
   limit 1;
  if this_business is null then
    this_business := gen_random_uuid();
    perform private.store_form(this_business, p_form, p_now);
  end if;
  return jsonb_build_object('businessId', this_business);
end $$;
