-- Settings of calls, and the owner's stopped alerts on every page.

-- A number of ours is nobody's phone: alerts and calls would come back to us.
create or replace function public.change_notifications(p_business_id uuid, p_by text, p_email text, p_phone text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if p_by is null or p_by not in ('both', 'sms', 'email', 'none') then return private.refused('notify-by'); end if;
  if not private.is_address(p_email) then return private.refused('email'); end if;
  if p_phone is null or p_phone !~ '^\+614[0-9]{8}$' then return private.refused('phone'); end if;
  if private.is_our_own_phone(p_phone) then return private.refused('our-own-phone'); end if;
  return private.change_settings(p_business_id, 'changed notifications',
    jsonb_build_object('notify_by', p_by, 'notify_email', lower(p_email), 'notify_phone', p_phone), p_now);
end $$;

-- As before, and what a call does.
create or replace function private.change_settings(p_business_id uuid, p_action text, p_after jsonb, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  known public.business_settings;
  changes jsonb;
begin
  select * into known from public.business_settings s where s.business_id = p_business_id for update;
  if known.business_id is null then return private.refused('not-set-up'); end if;
  changes := private.difference(to_jsonb(known), p_after);
  if changes -> 'after' = '{}'::jsonb then return private.done(); end if;
  known := jsonb_populate_record(known, p_after);
  update public.business_settings s
     set working_hours = known.working_hours, default_travel_buffer = known.default_travel_buffer,
         default_job_duration = known.default_job_duration, replies_paused = known.replies_paused, reply_tone = known.reply_tone,
         reply_topics = known.reply_topics, reply_facts = known.reply_facts, notify_by = known.notify_by, notify_phone = known.notify_phone,
         notify_email = known.notify_email, retention_months = known.retention_months, ring_first = known.ring_first,
         ring_phone = known.ring_phone, ring_seconds = known.ring_seconds, updated_at = p_now
   where s.business_id = p_business_id;
  perform private.audit(p_business_id, p_action, changes, p_now);
  return private.done();
end $$;

-- Whether a call rings a phone first, which one (any Australian number of a person: whoever writes here must not make us ring the world), how long.
create function public.change_calls(
  p_business_id uuid, p_ring_first boolean, p_ring_phone text, p_ring_seconds integer, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  if p_ring_first is null or p_ring_phone is null or p_ring_phone !~ '^\+61[23478][0-9]{8}$' then return private.refused('ring-phone'); end if;
  if private.is_our_own_phone(p_ring_phone) then return private.refused('our-own-phone'); end if;
  if coalesce(p_ring_seconds, 0) not between 5 and 40 then return private.refused('ring-seconds'); end if;
  return private.change_settings(p_business_id, 'changed what a call does',
    jsonb_build_object('ring_first', p_ring_first, 'ring_phone', p_ring_phone, 'ring_seconds', p_ring_seconds), p_now);
end $$;
call private.member_only('public.change_calls');

-- As before, with what a call does. Null means what private.owner_of takes instead.
create or replace function public.settings(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('frame', private.frame(b.id),
    'workingHours', s.working_hours, 'travelBuffer', s.default_travel_buffer, 'jobDuration', s.default_job_duration,
    'businessName', coalesce(b.business_name, ''), 'timeZone', b.time_zone,
    'services', o.form ->> 'services', 'suburb', o.form ->> 'suburb', 'state', o.form ->> 'state', 'postcode', o.form ->> 'postcode',
    'notifyBy', coalesce(s.notify_by, 'both'),
    'notifyEmail', coalesce(s.notify_email, o.form ->> 'email'), 'notifyPhone', coalesce(s.notify_phone, o.form ->> 'mobile'),
    'ringFirst', coalesce(s.ring_first, true), 'ringPhone', coalesce(s.ring_phone, o.form ->> 'mobile'), 'ringSeconds', coalesce(s.ring_seconds, 18),
    'replyTone', coalesce(s.reply_tone, 'friendly'), 'replyTopics', coalesce(to_jsonb(s.reply_topics), to_jsonb(private.all_topics())),
    'replyFacts', coalesce(s.reply_facts, ''), 'retentionMonths', coalesce(s.retention_months, 24),
    'accessGrant', (
      select jsonb_build_object('grantedAt', g.granted_at, 'expiresAt', g.expires_at) from public.access_grants g
       where g.business_id = b.id and g.revoked_at is null order by g.expires_at desc limit 1))
    from public.businesses b
    left join lateral (select * from public.business_settings x where x.business_id = b.id limit 1) s on true
    left join lateral (select x.form from public.client_onboarding x where x.business_id = b.id and x.form is not null limit 1) o on true
   where b.id = p_business_id and private.is_owner(b.id)
$$;

-- As before; `alertsStopped`: the owner's phone texted STOP, and only START from that phone undoes it.
create or replace function private.frame(p_business_id uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'business', jsonb_build_object('id', b.id, 'name', coalesce(b.business_name, ''), 'phoneNumber', b.phone_number,
      'status', coalesce(b.status, ''), 'timeZone', b.time_zone, 'repliesPaused', coalesce(s.replies_paused, false),
      'alertsStopped', s.alerts_stopped_at is not null and coalesce(s.notify_by, 'both') in ('both', 'sms')),
    'role', private.role_in(b.id),
    'email', private.email_of((select auth.uid())),
    'businesses', (
      select jsonb_agg(jsonb_build_object('id', o.id, 'name', coalesce(o.business_name, '')) order by o.business_name, o.id)
        from public.businesses o join public.business_members m on m.business_id = o.id
       where m.user_id = (select auth.uid())),
    'walkthrough', private.walkthrough(b.id, (select auth.uid())))
  from public.businesses b
  left join lateral (select x.replies_paused, x.alerts_stopped_at, x.notify_by from public.business_settings x where x.business_id = b.id limit 1) s on true
  where b.id = p_business_id and private.role_in(b.id) is not null
$$;
