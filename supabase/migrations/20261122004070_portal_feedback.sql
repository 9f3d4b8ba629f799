-- Feedback, and the guards around sign-in.

-- `p_message_id`: the reply that was wrong. At most 20 a day and person. Answers the feedback's id for the notice to the operator.
create function public.give_feedback(
  p_business_id uuid, p_kind text, p_body text, p_message_id bigint, p_page text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  new_id uuid;
  words constant text := btrim(coalesce(p_body, ''));
begin
  if private.role_in(p_business_id) is null then return null; end if;
  if p_kind is null or p_kind not in ('bug', 'confusion', 'feature', 'wrong-reply') then return private.refused('kind'); end if;
  if p_kind = 'wrong-reply' then
    if not exists (select from public.messages m where m.id = p_message_id and m.business_id = p_business_id and m.direction = 'outbound') then
      return null;
    end if;
    select f.id into new_id from public.feedback f where f.message_id = p_message_id and f.kind = 'wrong-reply' and f.user_id = (select auth.uid());
  elsif words = '' then
    return private.refused('body');
  end if;
  if length(words) > 5000 then return private.refused('body'); end if;
  if new_id is not null then
    update public.feedback f set body = case when words <> '' then words else f.body end where f.id = new_id;
    return private.done() || jsonb_build_object('feedbackId', new_id, 'isNew', false);
  end if;
  if (select count(*) from public.feedback f where f.user_id = (select auth.uid()) and f.created_at > p_now - interval '1 day') >= 20 then
    return private.refused('too-many');
  end if;
  insert into public.feedback (business_id, run_id, kind, body, message_id, user_id, page, created_at)
  values (p_business_id, (select b.run_id from public.businesses b where b.id = p_business_id), p_kind,
    case when words = '' then 'This reply was wrong.' else words end, case when p_kind = 'wrong-reply' then p_message_id end,
    (select auth.uid()), left(p_page, 200), p_now)
  returning id into new_id;
  if p_kind = 'wrong-reply' then
    perform private.audit(p_business_id, 'flagged a reply', jsonb_build_object('messageId', p_message_id), p_now);
  end if;
  return private.done() || jsonb_build_object('feedbackId', new_id, 'isNew', true);
end $$;
call private.member_only('public.give_feedback');

-- Counts a hit in the key's window; not allowed once the window is full.
create function public.take_hit(p_key text, p_limit integer, p_window_seconds integer, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  seconds constant double precision := extract(epoch from p_now);
  started constant timestamptz := to_timestamp(floor(seconds / p_window_seconds) * p_window_seconds);
  counted integer;
begin
  insert into public.rate_limits as r (key, window_start, hits) values (p_key, started, 1)
  on conflict (key, window_start) do update set hits = r.hits + 1
  returning hits into counted;
  return jsonb_build_object('allowed', counted <= p_limit,
    'retryAfterSeconds', case when counted <= p_limit then 0 else ceil(extract(epoch from started) + p_window_seconds - seconds)::integer end);
end $$;
call private.service_only('public.take_hit');

-- An unknown address leaves nothing: what strangers type is nobody's data.
create function public.record_sign_in_failure(p_email text, p_now timestamptz) returns void
language sql set search_path = '' as $$
  insert into public.sign_in_failures as s (user_id, day, failures)
  select f.user_id, (p_now at time zone 'UTC')::date, 1 from private.find_user(p_email) as f where f.user_id is not null
  on conflict (user_id, day) do update set failures = s.failures + 1
$$;
call private.service_only('public.record_sign_in_failure');

-- What nobody needs any more.
create function public.purge_portal_leftovers(p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  delete from public.rate_limits r where r.window_start < p_now - interval '2 days';
  delete from public.sign_in_failures f where f.day < (p_now - interval '90 days')::date;
  delete from public.email_changes c where c.created_at < p_now - interval '90 days';
  delete from public.member_invitations i where i.created_at < p_now - interval '90 days';
end $$;
call private.service_only('public.purge_portal_leftovers');
