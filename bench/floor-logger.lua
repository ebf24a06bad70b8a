-- What the tracker is measured against: the same rows of positions, shots, hits and kills by hand, as plainly as Lua
-- allows. No engagements, no identities, no spawns or revives, no guards, no checksums: less than any of it is not
-- possible for these rows.
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

local positions, positionCount, combat, combatCount = {}, 0, {}, 0
local now, nextTick, nextSample, nextFlush = 0, 0, 0, 0
local alive, team, x, y, z, health = {}, {}, {}, {}, {}, {}
local distance, still, stamina, sprints, tick, life, spawned = {}, {}, {}, {}, {}, {}, {}
local regions = {}

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
  positionCount, combatCount = 0, 0
end

local function follow(slot)
  local current = get(slot, "pers.connected") == 2 and get(slot, "sess.sessionTeam") or 0
  local isAlive = (current == 1 or current == 2)
    and floor(get(slot, "ps.pm_flags") / 16384) % 2 == 0
    and get(slot, "health") > 0
  team[slot] = current
  if not isAlive then
    alive[slot] = false
    return
  end
  local origin = get(slot, "ps.origin")
  local stat = get(slot, "ps.stats", 8)
  if not alive[slot] then
    alive[slot], life[slot], spawned[slot] = true, (life[slot] or 0) + 1, now
    distance[slot], still[slot], sprints[slot] = 0, 0, 0
  else
    local dx, dy, dz = origin[1] - x[slot], origin[2] - y[slot], origin[3] - z[slot]
    local step, elapsed = sqrt(dx * dx + dy * dy + dz * dz), now - tick[slot]
    distance[slot] = distance[slot] + step
    if step * 1000 < 5 * elapsed then still[slot] = still[slot] + elapsed end
    sprints[slot] = stat < stamina[slot] and 1 or 0
  end
  x[slot], y[slot], z[slot], tick[slot], stamina[slot] = origin[1], origin[2], origin[3], now, stat
  health[slot] = get(slot, "health")
end

local function sample(slot)
  local velocity, angles = get(slot, "ps.velocity"), get(slot, "ps.viewangles")
  local flags, weapon = get(slot, "ps.eFlags"), get(slot, "ps.weapon")
  local vx, vy, vz = velocity[1], velocity[2], velocity[3]
  local speed = sqrt(vx * vx + vy * vy + vz * vz)
  local stance = floor(flags / 524288) % 2 == 1 and 2 or floor(flags / 16) % 2 == 1 and 1 or 0
  local zoomed = (floor(flags / 262144) % 2 == 1 or weapon >= 40 and weapon <= 42) and 1 or 0
  positionCount = positionCount + 1
  positions[positionCount] = format(
    "%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\n",
    now, slot, life[slot], x[slot], y[slot], z[slot], vx, vy, vz, speed, angles[1], angles[2], stance,
    sprints[slot], zoomed, floor(flags / 32) % 2, health[slot], get(slot, "sess.playerType"), weapon,
    speed >= 5 and 1 or 0, still[slot], distance[slot]
  )
  distance[slot], still[slot] = 0, 0
end

function et_RunFrame(level)
  if et.trap_Cvar_Get("gamestate") ~= "0" then return end
  now = level - tonumber(et.trap_GetConfigstring(11))
  local isDue = now >= nextSample
  if isDue or now >= nextTick then
    for slot = 0, SLOTS - 1 do follow(slot) end
    nextTick = now + 100
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

function et_Quit() flush() end

local function near(slot)
  local own, px, py, pz, allies, enemies = team[slot], x[slot], y[slot], z[slot], 0, 0
  for other = 0, SLOTS - 1 do
    if alive[other] and other ~= slot then
      local dx, dy, dz = x[other] - px, y[other] - py, z[other] - pz
      if dx * dx + dy * dy + dz * dz <= NEAR then
        if team[other] == own then allies = allies + 1 else enemies = enemies + 1 end
      end
    end
  end
  return allies, enemies
end

local function log(row)
  combatCount = combatCount + 1
  combat[combatCount] = row
end

function et_WeaponFire(slot, weapon)
  local at, angles = get(slot, "ps.origin"), get(slot, "ps.viewangles")
  log(format("%.0f\tfire\t%.0f\t\t\t%.0f\t\t\t\t\t\t\t\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\t\t\t\t%.0f\n",
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

function et_Damage(target, attacker, damage, flags, means)
  if target >= SLOTS or x[target] == nil or attacker >= SLOTS or x[attacker] == nil then return end
  local left = get(target, "health")
  local at, to, angles = get(attacker, "ps.origin"), get(target, "ps.origin"), get(attacker, "ps.viewangles")
  local dx, dy, dz = to[1] - at[1], to[2] - at[2], to[3] - at[3]
  local length = sqrt(dx * dx + dy * dy + dz * dz)
  local ta, te = near(target)
  local aa, ae = near(attacker)
  log(format(
    "%.0f\thit\t%.0f\t%.0f\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%s\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t\t\t\t\t%.0f\t%.0f\t%.0f\t%.0f\n",
    now, attacker, target, team[attacker] == team[target] and "team" or "enemy", get(attacker, "ps.weapon"), means,
    damage, left > 0 and (damage < left and damage or left) or 0, flags,
    left > 0 and LOCATED[means] and region(attacker) or "", left > 0 and 0 or 1, length,
    at[1], at[2], at[3], angles[1], angles[2], to[1], to[2], to[3], error_of(angles, dx, dy, dz, length),
    get(attacker, "health"), left, aa, ae, ta, te
  ))
end

function et_Obituary(victim, killer, means)
  if killer >= SLOTS or x[killer] == nil or x[victim] == nil then return end
  alive[victim] = false
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
    get(killer, "health"), health[victim] or 0, get(killer, "sess.playerType"), get(victim, "sess.playerType"),
    get(victim, "ps.weapon"), life[victim] or 1, ka, ke, va, ve, axis, allies,
    now - (spawned[killer] or 0), now - (spawned[victim] or 0)
  ))
end
