-- People: the owner invites, removes and hands over. Invitations and changes of the sign-in e-mail travel by links of our own, hashed.

create function public.people(p_business_id uuid, p_now timestamptz) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('frame', private.frame(p_business_id),
    'people', (
      select jsonb_agg(jsonb_build_object('userId', m.user_id, 'email', private.email_of(m.user_id),
               'role', case m.role when 'staff' then 'member' else m.role end, 'since', m.created_at, 'lastViewedAt', m.last_viewed_at,
               'isMe', m.user_id = (select auth.uid())) order by m.role, m.created_at, m.user_id)
        from public.business_members m
       where m.business_id = p_business_id and not exists (select from public.test_identities t where t.user_id = m.user_id)),
    'invitations', coalesce((
      select jsonb_agg(jsonb_build_object('email', i.email, 'createdAt', i.created_at, 'expiresAt', i.expires_at) order by i.created_at)
        from public.member_invitations i
       where i.business_id = p_business_id and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > p_now), '[]'))
   where private.is_owner(p_business_id)
$$;
call private.member_only('public.people');

-- At most 20 people and open invitations. An invitation of the same address is replaced. The caller mails the link.
create function public.invite_member(p_business_id uuid, p_email text, p_token_hash text, p_expires_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare address constant text := lower(btrim(p_email));
begin
  if not private.is_owner(p_business_id) then return null; end if;
  perform from public.businesses where id = p_business_id for update;
  if not private.is_address(address) then return private.refused('email'); end if;
  if exists (select from public.business_members m where m.business_id = p_business_id and lower(private.email_of(m.user_id)) = address) then
    return private.refused('already-a-member');
  end if;
  update public.member_invitations i set withdrawn_at = p_now
   where i.business_id = p_business_id and i.email = address and i.accepted_at is null and i.withdrawn_at is null;
  if (select count(*) from public.business_members m where m.business_id = p_business_id)
   + (select count(*) from public.member_invitations i
       where i.business_id = p_business_id and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > p_now) >= 20 then
    return private.refused('too-many-people');
  end if;
  insert into public.member_invitations (token_hash, business_id, email, invited_by, created_at, expires_at)
  values (p_token_hash, p_business_id, address, (select auth.uid()), p_now, p_expires_at);
  perform private.audit(p_business_id, 'invited a person', jsonb_build_object('email', address), p_now);
  return private.done();
end $$;
call private.member_only('public.invite_member');

create function public.withdraw_invitation(p_business_id uuid, p_email text, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  update public.member_invitations i set withdrawn_at = p_now
   where i.business_id = p_business_id and i.email = lower(btrim(p_email)) and i.accepted_at is null and i.withdrawn_at is null;
  if found then perform private.audit(p_business_id, 'withdrew an invitation', jsonb_build_object('email', lower(btrim(p_email))), p_now); end if;
  return private.done();
end $$;
call private.member_only('public.withdraw_invitation');

-- The owner removes a member; a member may leave. The owner hands over first.
create function public.remove_member(p_business_id uuid, p_user_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  known public.business_members;
  is_leaving constant boolean := p_user_id = (select auth.uid());
begin
  if private.role_in(p_business_id) is null or not (is_leaving or private.is_owner(p_business_id)) then return null; end if;
  select * into known from public.business_members m where m.business_id = p_business_id and m.user_id = p_user_id for update;
  if known.user_id is null then return null; end if;
  if known.role = 'owner' then return private.refused('is-the-owner'); end if;
  perform private.audit(p_business_id, case when is_leaving then 'left' else 'removed a person' end,
    jsonb_build_object('email', private.email_of(p_user_id)), p_now);
  delete from public.business_members m where m.business_id = p_business_id and m.user_id = p_user_id;
  return private.done();
end $$;
call private.member_only('public.remove_member');

-- The member becomes the owner and the owner a member.
create function public.hand_over(p_business_id uuid, p_user_id uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if not private.is_owner(p_business_id) then return null; end if;
  perform from public.businesses where id = p_business_id for update;
  -- Of two hand-overs the second finds itself no owner any more.
  if not private.is_owner(p_business_id) then return null; end if;
  if p_user_id = (select auth.uid()) then return private.refused('is-the-owner'); end if;
  if not exists (select from public.business_members m where m.business_id = p_business_id and m.user_id = p_user_id) then return null; end if;
  update public.business_members m set role = 'staff' where m.business_id = p_business_id and m.role = 'owner';
  update public.business_members m set role = 'owner' where m.business_id = p_business_id and m.user_id = p_user_id;
  perform private.audit(p_business_id, 'handed the business over', jsonb_build_object('email', private.email_of(p_user_id)), p_now);
  return private.done();
end $$;
call private.member_only('public.hand_over');

create function private.invitation_state(p_invitation public.member_invitations, p_now timestamptz) returns text
language sql immutable set search_path = '' as $$
  select case when p_invitation.token_hash is null or p_invitation.withdrawn_at is not null then 'unknown'
              when p_invitation.accepted_at is not null then 'used' when p_invitation.expires_at <= p_now then 'expired' else 'open' end
$$;
revoke execute on function private.invitation_state(public.member_invitations, timestamptz) from public;
grant execute on function private.invitation_state(public.member_invitations, timestamptz) to service_role;

-- Looks without burning.
create function public.find_invitation(p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  invitation public.member_invitations;
  state text;
begin
  select * into invitation from public.member_invitations where token_hash = p_token_hash;
  state := private.invitation_state(invitation, p_now);
  return jsonb_build_object('state', state, 'email', case when state = 'open' then invitation.email end,
    'businessId', case when state = 'open' then invitation.business_id end,
    'businessName', (select b.business_name from public.businesses b where b.id = invitation.business_id and state = 'open'));
end $$;
call private.service_only('public.find_invitation');

-- Burns the invitation: the user with the invited address becomes a member. `mismatch`: the user has another address.
create function public.accept_invitation(p_token_hash text, p_user_id uuid, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  invitation public.member_invitations;
  state text;
begin
  select * into invitation from public.member_invitations where token_hash = p_token_hash for update;
  state := private.invitation_state(invitation, p_now);
  if state <> 'open' then return jsonb_build_object('outcome', state, 'businessId', null); end if;
  if lower(private.email_of(p_user_id)) is distinct from invitation.email then
    return jsonb_build_object('outcome', 'mismatch', 'businessId', null);
  end if;
  insert into public.business_members (business_id, user_id, role, created_at)
  values (invitation.business_id, p_user_id, 'staff', p_now)
  on conflict (business_id, user_id) do nothing;
  update public.member_invitations set accepted_at = p_now where token_hash = p_token_hash;
  insert into public.audit_log (at, actor, actor_user_id, action, business_id, detail)
  values (p_now, left(invitation.email, 100), p_user_id, 'joined', invitation.business_id, '{}');
  return jsonb_build_object('outcome', 'accepted', 'businessId', invitation.business_id);
end $$;
call private.service_only('public.accept_invitation');

-- A change of the sign-in e-mail replaces an earlier one that is still open. The caller mails one link to each address.
create function public.request_email_change(
  p_new_email text, p_old_token_hash text, p_new_token_hash text, p_expires_at timestamptz, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  me constant uuid := (select auth.uid());
  address constant text := lower(btrim(p_new_email));
begin
  if me is null then return null; end if;
  if not private.is_address(address) then return private.refused('email'); end if;
  if lower(private.email_of(me)) = address then return private.refused('same-as-before'); end if;
  update public.email_changes c set withdrawn_at = p_now where c.user_id = me and c.applied_at is null and c.withdrawn_at is null;
  insert into public.email_changes (user_id, new_email, old_token_hash, new_token_hash, created_at, expires_at)
  values (me, address, p_old_token_hash, p_new_token_hash, p_now, p_expires_at);
  return private.done() || jsonb_build_object('oldEmail', private.email_of(me));
end $$;
call private.member_only('public.request_email_change');

create function public.withdraw_email_change(p_now timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update public.email_changes c set withdrawn_at = p_now
   where c.user_id = (select auth.uid()) and c.applied_at is null and c.withdrawn_at is null;
  return found;
end $$;
call private.member_only('public.withdraw_email_change');

-- Looks without burning: which of the two addresses the link was sent to.
create function public.find_email_change(p_token_hash text, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce((
    select jsonb_build_object('state', case when c.withdrawn_at is not null then 'unknown' when c.applied_at is not null then 'used'
               when c.expires_at <= p_now then 'expired' else 'open' end,
             'side', case when c.old_token_hash = p_token_hash then 'old' else 'new' end, 'newEmail', c.new_email)
      from public.email_changes c where p_token_hash in (c.old_token_hash, c.new_token_hash)),
    jsonb_build_object('state', 'unknown', 'side', null, 'newEmail', null))
$$;
call private.service_only('public.find_email_change');

-- `waiting`: the other address has not answered yet; `ready`: both have, the caller changes the login and then says `apply_email_change`.
create function public.confirm_email_change(p_token_hash text, p_now timestamptz) returns jsonb
language plpgsql set search_path = '' as $$
declare
  change public.email_changes;
  outcome text;
begin
  select * into change from public.email_changes where p_token_hash in (old_token_hash, new_token_hash) for update;
  if change.id is not null and change.withdrawn_at is null and change.applied_at is null and change.expires_at > p_now then
    update public.email_changes
       set old_confirmed_at = case when old_token_hash = p_token_hash then coalesce(old_confirmed_at, p_now) else old_confirmed_at end,
           new_confirmed_at = case when new_token_hash = p_token_hash then coalesce(new_confirmed_at, p_now) else new_confirmed_at end
     where id = change.id
    returning * into change;
    outcome := case when change.old_confirmed_at is not null and change.new_confirmed_at is not null then 'ready' else 'waiting' end;
  else
    outcome := case when change.id is null or change.withdrawn_at is not null then 'unknown' when change.applied_at is not null then 'used' else 'expired' end;
  end if;
  return jsonb_build_object('outcome', outcome, 'changeId', case when outcome = 'ready' then change.id end,
    'userId', case when outcome = 'ready' then change.user_id end, 'newEmail', case when outcome = 'ready' then change.new_email end);
end $$;
call private.service_only('public.confirm_email_change');

-- The login has its new address: noted in the trail of each of the person's businesses.
create function public.apply_email_change(p_change_id uuid, p_now timestamptz) returns void
language plpgsql set search_path = '' as $$
declare change public.email_changes;
begin
  update public.email_changes set applied_at = p_now
   where id = p_change_id and applied_at is null and old_confirmed_at is not null and new_confirmed_at is not null
  returning * into change;
  if change.id is null then return; end if;
  insert into public.audit_log (at, actor, actor_user_id, action, business_id, detail)
  select p_now, left(change.new_email, 100), change.user_id, 'changed the sign-in e-mail', m.business_id, '{}'
    from public.business_members m where m.user_id = change.user_id;
end $$;
call private.service_only('public.apply_email_change');
