-- What the tracker is measured against: a logger of the same rows, player notes included, written by hand for this one
-- purpose. It believes every callback, reads only what its rows say, and has no guards, pauses, reasons, portions,
-- checksums or trailers. What the rows of engagements say takes the rules: the same as the tracker's, compiled by
-- themselves, which the bench puts before this text as `rules`.
local get, format, concat, floor, sqrt = et.gentity_get, string.format, table.concat, math.floor, math.sqrt
local cos, sin, acos, rad, deg = math.cos, math.sin, math.acos, math.rad, math.deg
local SLOTS = tonumber(et.trap_Cvar_Get("sv_maxclients")) or 64
local RATE = tonumber(et.trap_Cvar_Get("prox_sample_ms")) or 1000
local NEAR = 300 * 300
local REGIONS = { "head", "arms", "body", "legs" }
local LOCATED = {}
for _, means in ipairs({ 6, 7, 8, 9, 10, 11, 12, 13, 14, 37, 38, 45, 46, 50, 51, 53, 54, 55, 56, 66 }) do
  LOCATED[means] = true
end

local positions, positionCount, combat, combatCount, fights, fightCount = {}, 0, {}, 0, {}, 0
local now, nextTick, nextSample, nextFlush = 0, 0, 0, 0
-- Where each player is, by slot; the rules count from 1.
local places, places1 = {}, {}
local alive, team, health = {}, {}, {}
local distance, still, stamina, sprints, tick, life, spawned = {}, {}, {}, {}, {}, {}, {}
local class, down, news, bodyHit, regions = {}, {}, {}, {}, {}
local hasNews, isOver = false, false

local function append(name, rows, count)
  if count == 0 then return end
  local text = concat(rows, "", 1, count)
  local handle = et.trap_FS_FOpenFile("gamestats/floor_" .. name .. ".txt", 2)
  et.trap_FS_Write(text, #text, handle)
  et.trap_FS_FCloseFile(handle)
end

local function flush()
  append("positions", positions, positionCount)
  append("combat", combat, combatCount)
  append("engagements", fights, fightCount)
  positionCount, combatCount, fightCount = 0, 0, 0
end

local function log(row)
  combatCount = combatCount + 1
  combat[combatCount] = row
end

local function logFight(row)
  fightCount = fightCount + 1
  fights[fightCount] = row
end

local engagement, crossfire, bait, trade
local heatmap = rules.createHeatmap(256)

-- The fight that a player is in, as it is numbered now.
local function numberOfFight(slot)
  local fight = engagement.fightOf(slot)
  return fight and fight.number or ""
end

engagement = rules.createEngagementRule({ silenceMs = 5000, graceMs = 3000 }, function(found, ending)
  local given, received, hits, kills, deaths = 0, 0, 0, 0, 0
  for _, one in ipairs(found.participants) do
    if one.team == found.attackerTeam then
      given, received, hits = given + one.damageGiven, received + one.damageReceived, hits + one.hitsGiven
      kills, deaths = kills + one.kills, deaths + one.deaths
    end
  end
  logFight(format(
    "%d\tengagement\t%d\t%d\t%d\t\t%d\t%d\t%s\t%s\t%d\t\t%d\t%.0f\t%.0f\t%d\t%d\t%d\t%.1f\t%s\t\t\t\t%.1f\t%.1f\t%.1f\t2\n",
    ending.timeMs, found.number, found.startMs, found.attackerTeam, found.attackers, found.defenders, ending.outcome,
    ending.winnerTeam or "", found.opener, found.firstTarget, given, received, hits, kills, deaths, found.distance,
    ending.distance and format("%.1f", ending.distance) or "", found.x, found.y, found.z
  ))
  for _, one in ipairs(found.participants) do
    logFight(format(
      "%d\tparticipant\t%d\t%d\t%d\t%s\t\t\t\t\t%d\t\t\t%.0f\t%.0f\t%d\t%d\t%d\t\t\t\t\t\t\t\t\t\t2\n",
      ending.timeMs, found.number, one.joinedMs, one.team, one.team == found.attackerTeam and "attackers" or "defenders",
      one.slot, one.damageGiven, one.damageReceived, one.hitsGiven, one.kills, one.deaths
    ))
  end
end)

crossfire = rules.createCrossfireRule({ windowMs = 2000, angleDeg = 45 }, function(found)
  logFight(format(
    "%d\tcrossfire\t%s\t%d\t%d\t\t\t\t\t\t%d\t%d\t%d\t%.0f\t\t%d\t\t\t%.1f\t\t%.1f\t\t%.1f\t%.1f\t%.1f\t%.1f\t1\n",
    found.timeMs, numberOfFight(found.enemy), found.startMs, found.team, found.slot, found.partner,
    found.enemy, found.damage, found.hits, found.distance, found.partnerDistance, found.angleDeg, found.x, found.y, found.z
  ))
end)

bait = rules.createBaitRule({ windowMs = 3000, retreatUnits = 100, rangeUnits = 1500 }, function(found)
  logFight(format(
    "%d\tbait\t%s\t%d\t%d\t\t\t\t\t\t%d\t%d\t%d\t%.0f\t%.0f\t\t\t\t%.1f\t%.1f\t%.1f\t%.1f\t\t%.1f\t%.1f\t%.1f\t1\n",
    found.timeMs, numberOfFight(found.enemy), found.startMs, found.team, found.slot, found.partner,
    found.enemy, found.damageGiven, found.damageReceived, found.distance, found.endDistance, found.partnerDistance,
    found.retreatUnits, found.x, found.y, found.z
  ))
end)

trade = rules.createTradeRule({ windowMs = 3000 }, function(found)
  logFight(format(
    "%d\ttrade\t%s\t%d\t%d\t\t\t\t\t\t%d\t%d\t%d\t\t\t\t\t\t\t%.1f\t%.1f\t\t\t%.1f\t%.1f\t%.1f\t1\n",
    found.timeMs, numberOfFight(found.enemy), found.startMs, found.team, found.slot, found.partner,
    found.enemy, found.distance, found.partnerDistance, found.x, found.y, found.z
  ))
end)

-- The player is out of every fight; `how` is what the engagement is told.
local function goOut(slot, how)
  engagement[how](slot, now)
  crossfire.onOut(slot)
  bait.onOut(slot)
end

local function finish()
  if isOver then return end
  isOver = true
  engagement.onRoundEnd(now)
  flush()
  local cells = {}
  for index, cell in ipairs(heatmap.cells) do
    cells[index] = format("%d\t%d\t%d\t%d\t%d\n", cell.cellX, cell.cellY, cell.team, cell.kills, cell.deaths)
  end
  append("heatmap", cells, #cells)
end

local function isOut(slot) return get(slot, "ps.pm_flags") % 32768 >= 16384 end

local function enter(slot)
  local origin = get(slot, "ps.origin")
  local place = places[slot] or {}
  places[slot], places1[slot + 1] = place, place
  place.x, place.y, place.z, tick[slot] = origin[1], origin[2], origin[3], now
  stamina[slot], health[slot] = get(slot, "ps.stats", 8), get(slot, "health")
  distance[slot], still[slot], sprints[slot], alive[slot], down[slot] = 0, 0, 0, true, nil
end

local function leaveFights(slot)
  goOut(slot, "onLeave")
  trade.onLeave(slot)
end

local function identify(slot)
  local was = team[slot] or 0
  team[slot], class[slot] = get(slot, "sess.sessionTeam"), get(slot, "sess.playerType")
  if team[slot] ~= was then
    if was ~= 0 then leaveFights(slot) end
    alive[slot], down[slot] = false, nil
    log(format("%d\t%s\t\t%d\n", now, (team[slot] == 1 or team[slot] == 2) and "join" or "leave", slot))
  end
  local note = format("#player\t%d\t%d\t%s\t%s\t%d\t%d\n", now, slot,
    et.Info_ValueForKey(et.trap_GetUserinfo(slot), "cl_guid"), get(slot, "pers.netname"), team[slot], class[slot])
  combatCount, positionCount = combatCount + 1, positionCount + 1
  combat[combatCount], positions[positionCount] = note, note
end

local function told(slot, what)
  if slot < SLOTS and not (what == "changed" and news[slot]) then news[slot], hasNews = what, true end
end

local function hear(slot, what)
  if what == "left" then
    if team[slot] == 1 or team[slot] == 2 then
      log(format("%d\tleave\t\t%d\n", now, slot))
      leaveFights(slot)
    end
    team[slot], alive[slot], down[slot] = 0, false, nil
    return
  end
  if get(slot, "pers.connected") ~= 2 then return end
  if what == "changed" or team[slot] ~= get(slot, "sess.sessionTeam") or class[slot] ~= get(slot, "sess.playerType") then
    identify(slot)
  end
  if what ~= "spawned" or (team[slot] ~= 1 and team[slot] ~= 2) or isOut(slot) then return end
  enter(slot)
  life[slot], spawned[slot] = (life[slot] or 0) + 1, now
  goOut(slot, "onSpawn")
  local place = places[slot]
  log(format("%d\tspawn\t\t%d\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t%.1f\t%.1f\t%.1f\t\t\t%d\t\t%d\t\t%d\n",
    now, slot, place.x, place.y, place.z, health[slot], class[slot], life[slot]))
end

local function body(slot, event, hit)
  down[slot] = nil
  local place = places[slot]
  log(format("%d\t%s\t%s\t%d\t%s\t%s\t%.1f\t%.1f\t%.1f\t%d\t%d\n", now, event, hit and hit[1] or "", slot,
    hit and hit[2] or "", hit and hit[3] or "", place.x, place.y, place.z, health[slot], life[slot] or 1))
end

local function follow(slot)
  local origin, place = get(slot, "ps.origin"), places[slot]
  local px, py, pz = origin[1], origin[2], origin[3]
  local dx, dy, dz = px - place.x, py - place.y, pz - place.z
  local step, elapsed = sqrt(dx * dx + dy * dy + dz * dz), now - tick[slot]
  if step <= 1000 then distance[slot] = distance[slot] + step end
  if step * 1000 < 5 * elapsed then still[slot] = still[slot] + elapsed end
  place.x, place.y, place.z, tick[slot] = px, py, pz, now
end

local function sample(slot)
  local velocity, angles = get(slot, "ps.velocity"), get(slot, "ps.viewangles")
  local flags, weapon, place = get(slot, "ps.eFlags"), get(slot, "ps.weapon"), places[slot]
  local vx, vy, vz = velocity[1], velocity[2], velocity[3]
  local speed = sqrt(vx * vx + vy * vy + vz * vz)
  local stance = flags % 1048576 >= 524288 and 2 or flags % 32 >= 16 and 1 or 0
  local zoomed = (flags % 524288 >= 262144 or weapon >= 40 and weapon <= 42) and 1 or 0
  local stat = get(slot, "ps.stats", 8)
  sprints[slot], stamina[slot], health[slot] = stat < stamina[slot] and 1 or 0, stat, get(slot, "health")
  positionCount = positionCount + 1
  positions[positionCount] = format(
    "%d\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f\n",
    now, slot, life[slot] or 1, place.x, place.y, place.z, vx, vy, vz, speed, angles[1], angles[2], stance,
    sprints[slot], zoomed, flags % 64 >= 32 and 1 or 0, health[slot], class[slot], weapon,
    speed >= 5 and 1 or 0, still[slot], distance[slot]
  )
  distance[slot], still[slot] = 0, 0
end

-- Who is there already when the module is loaded, and whom no callback told of.
local function look()
  for slot = 0, SLOTS - 1 do
    if get(slot, "pers.connected") == 2 then
      if team[slot] ~= get(slot, "sess.sessionTeam") then identify(slot) end
      local plays = team[slot] == 1 or team[slot] == 2
      if plays and not alive[slot] and not down[slot] and not isOut(slot) and get(slot, "health") > 0 then enter(slot) end
    end
  end
end

function et_ClientBegin(slot) told(slot, "changed") end
function et_ClientUserinfoChanged(slot) told(slot, "changed") end
function et_ClientDisconnect(slot) told(slot, "left") end
function et_ClientSpawn(slot, revived) if revived ~= 1 then told(slot, "spawned") end end

function et_RunFrame(level)
  if et.trap_Cvar_Get("gamestate") ~= "0" then
    if now > 0 then finish() end
    return
  end
  now = level - tonumber(et.trap_GetConfigstring(11))
  if hasNews then
    hasNews = false
    for slot, what in pairs(news) do
      news[slot] = nil
      hear(slot, what)
    end
  end
  for slot in pairs(down) do
    health[slot] = get(slot, "health")
    if isOut(slot) then body(slot, "tapout") end
  end
  local isDue = now >= nextSample
  if isDue then look() end
  if isDue or now >= nextTick then
    for slot = 0, SLOTS - 1 do
      if alive[slot] then follow(slot) end
    end
    nextTick = now + 100
    engagement.onTick(now)
  end
  if isDue then
    for slot = 0, SLOTS - 1 do
      if alive[slot] then sample(slot) end
    end
    nextSample = (floor(now / RATE) + 1) * RATE
  end
  if level >= nextFlush then
    flush()
    nextFlush = level + 5000
  end
end

function et_Quit() finish() end

local function near(slot)
  local place = places[slot]
  local own, px, py, pz, allies, enemies = team[slot], place.x, place.y, place.z, 0, 0
  for other = 0, SLOTS - 1 do
    if alive[other] and other ~= slot then
      local there = places[other]
      local dx, dy, dz = there.x - px, there.y - py, there.z - pz
      if dx * dx + dy * dy + dz * dz <= NEAR then
        if team[other] == own then allies = allies + 1 else enemies = enemies + 1 end
      end
    end
  end
  return allies, enemies
end

function et_WeaponFire(slot, weapon)
  -- Before play begins.
  if now == 0 then return end
  local at, angles = get(slot, "ps.origin"), get(slot, "ps.viewangles")
  log(format("%d\tfire\t%d\t\t\t%d\t\t\t\t\t\t\t\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\t\t\t\t%d\n",
    now, slot, weapon, at[1], at[2], at[3], angles[1], angles[2], get(slot, "health")))
end

local function region(slot)
  local found = ""
  for index = 0, 3 do
    local key, hits = slot * 4 + index, get(slot, "pers.playerStats.hitRegions", index)
    if hits ~= (regions[key] or 0) then found = REGIONS[index + 1] end
    regions[key] = hits
  end
  return found
end

local function error_of(angles, dx, dy, dz, length)
  if length == 0 then return 0 end
  local pitch, yaw = rad(angles[1]), rad(angles[2])
  local dot = (cos(pitch) * cos(yaw) * dx + cos(pitch) * sin(yaw) * dy - sin(pitch) * dz) / length
  return deg(acos(dot > 1 and 1 or dot < -1 and -1 or dot))
end

local fact = {}

local function tellBoth(attacker, at, target, to)
  fact.timeMs, fact.attacker, fact.target, fact.attackerTeam, fact.targetTeam = now, attacker, target, team[attacker], team[target]
  fact.attackerX, fact.attackerY, fact.attackerZ = at[1], at[2], at[3]
  fact.targetX, fact.targetY, fact.targetZ = to[1], to[2], to[3]
end

function et_Damage(target, attacker, damage, flags, means)
  if target >= SLOTS or places[target] == nil then return end
  local left = get(target, "health")
  local to = get(target, "ps.origin")
  local isByPlayer = attacker < SLOTS and places[attacker] ~= nil
  local ta, te = near(target)
  local effective = left > 0 and (damage < left and damage or left) or 0
  if isByPlayer then
    local at, angles = get(attacker, "ps.origin"), get(attacker, "ps.viewangles")
    local dx, dy, dz = to[1] - at[1], to[2] - at[2], to[3] - at[3]
    local length = sqrt(dx * dx + dy * dy + dz * dz)
    local aa, ae = near(attacker)
    local own = get(attacker, "health")
    log(format(
      "%d\thit\t%d\t%d\t%s\t%d\t%d\t%.0f\t%.0f\t%.0f\t%s\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t%d\t\t\t\t\t%d\t%d\t%d\t%d\n",
      now, attacker, target, team[attacker] == team[target] and "team" or "enemy", get(attacker, "ps.weapon"), means,
      damage, effective, flags,
      left > 0 and LOCATED[means] and region(attacker) or "", left > 0 and 0 or 1, length,
      at[1], at[2], at[3], angles[1], angles[2], to[1], to[2], to[3], error_of(angles, dx, dy, dz, length),
      own, left, aa, ae, ta, te
    ))
    if effective > 0 and team[attacker] ~= team[target] then
      tellBoth(attacker, at, target, to)
      fact.damage, fact.isAttackerUp = effective, own > 0
      engagement.onHit(fact)
      crossfire.onHit(fact)
      bait.onHit(fact, places1)
    end
  else
    log(format("%d\thit\t\t%d\tworld\t\t%d\t%.0f\t%.0f\t%.0f\t\t%d\t\t\t\t\t\t\t%.1f\t%.1f\t%.1f\t\t\t%d\t\t\t\t\t\t\t%d\t%d\n",
      now, target, means, damage, effective, flags, left > 0 and 0 or 1, to[1], to[2], to[3], left, ta, te))
  end
  if left <= 0 and down[target] then
    bodyHit[target] = { isByPlayer and attacker or "", isByPlayer and "enemy" or "world", means }
    health[target] = left - damage
    if left - damage <= -175 then body(target, "gib", bodyHit[target]) end
  end
end

function et_Revive(slot, medic)
  if slot >= SLOTS then return end
  enter(slot)
  local at = get(medic, "ps.origin")
  local place = places[slot]
  local dx, dy, dz = place.x - at[1], place.y - at[2], place.z - at[3]
  log(format("%d\trevive\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t%d\t%d\t%d\t%d\n", now, medic, slot,
    sqrt(dx * dx + dy * dy + dz * dz), at[1], at[2], at[3], place.x, place.y, place.z, get(medic, "health"),
    health[slot], class[medic] or 0, class[slot] or 0, life[slot] or 1))
end

function et_Obituary(victim, killer, means)
  if victim >= SLOTS or places[victim] == nil then return end
  alive[victim], down[victim] = false, true
  if killer >= SLOTS or places[killer] == nil then killer = victim end
  local at, to, angles = get(killer, "ps.origin"), get(victim, "ps.origin"), get(killer, "ps.viewangles")
  local dx, dy, dz = to[1] - at[1], to[2] - at[2], to[3] - at[3]
  local length = sqrt(dx * dx + dy * dy + dz * dz)
  local va, ve = near(victim)
  local ka, ke = near(killer)
  local axis, allies = 0, 0
  for slot = 0, SLOTS - 1 do
    if alive[slot] then
      if team[slot] == 1 then axis = axis + 1 else allies = allies + 1 end
    end
  end
  log(format(
    "%.0f\tkill\t%.0f\t%.0f\t%s\t%.0f\t%.0f\t\t\t\t\t\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\n",
    now, killer, victim, team[killer] == team[victim] and "team" or "enemy", get(killer, "ps.weapon"), means, length,
    at[1], at[2], at[3], angles[1], angles[2], to[1], to[2], to[3], error_of(angles, dx, dy, dz, length),
    get(killer, "health"), health[victim] or 0, class[killer], class[victim],
    get(victim, "ps.weapon"), life[victim] or 1, ka, ke, va, ve, axis, allies,
    now - (spawned[killer] or 0), now - (spawned[victim] or 0)
  ))
  if team[killer] ~= team[victim] then
    tellBoth(killer, at, victim, to)
    engagement.onKill(fact)
    trade.onKill(fact)
    heatmap.onKill(fact)
  end
  goOut(victim, "onDown")
end
