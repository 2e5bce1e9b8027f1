-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "call_state" AS ENUM ('PENDING', 'ANSWERED', 'CONNECTED', 'DISCONNECTED');

-- CreateEnum
CREATE TYPE "monitoring" AS ENUM ('monitored', 'lost', 'left');

-- CreateEnum
CREATE TYPE "party" AS ENUM ('caller', 'agent');

-- CreateEnum
CREATE TYPE "mode" AS ENUM ('spy', 'whisper', 'barge');

-- CreateEnum
CREATE TYPE "topic_kind" AS ENUM ('topic', 'intent');

-- CreateEnum
CREATE TYPE "trend" AS ENUM ('falling', 'steady', 'rising');

-- CreateEnum
CREATE TYPE "alert_severity" AS ENUM ('info', 'warning', 'danger');

-- CreateEnum
CREATE TYPE "actor_kind" AS ENUM ('user', 'system', 'gateway');

-- CreateEnum
CREATE TYPE "urgency" AS ENUM ('low', 'normal', 'urgent');

-- CreateEnum
CREATE TYPE "suggestion_state" AS ENUM ('proposed', 'approved', 'edited', 'rejected', 'expired', 'speaking', 'spoken', 'interrupted', 'failed');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('supervisor', 'lead', 'admin');

-- CreateEnum
CREATE TYPE "whisper_policy" AS ENUM ('approve', 'automatic', 'off');

-- CreateTable
CREATE TABLE "calls" (
    "id" TEXT NOT NULL,
    "gateway" TEXT NOT NULL,
    "simulated" BOOLEAN NOT NULL,
    "demonstration" BOOLEAN NOT NULL DEFAULT false,
    "caller_number" TEXT NOT NULL,
    "caller_name" TEXT,
    "callee_number" TEXT NOT NULL,
    "agent_id" TEXT,
    "agent_name" TEXT,
    "team_id" TEXT,
    "team_name" TEXT,
    "state" "call_state" NOT NULL DEFAULT 'PENDING',
    "monitoring" "monitoring" NOT NULL DEFAULT 'monitored',
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "connected_at" TIMESTAMPTZ(3),
    "audio_started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" TEXT,
    "duration_ms" INTEGER,
    "mood_average" DOUBLE PRECISION,
    "mood_minimum" DOUBLE PRECISION,
    "mood_final" DOUBLE PRECISION,
    "talk" JSONB,
    "recording_path" TEXT,
    "recording_ms" INTEGER,
    "transcription_level" TEXT NOT NULL DEFAULT 'full',
    "transcription_detail" TEXT NOT NULL DEFAULT '',
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "calls_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_parties" (
    "call_id" TEXT NOT NULL,
    "party" "party" NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT,
    "agent_id" TEXT,

    CONSTRAINT "call_parties_pkey" PRIMARY KEY ("call_id","party")
);

-- CreateTable
CREATE TABLE "utterances" (
    "call_id" TEXT NOT NULL,
    "utterance_id" TEXT NOT NULL,
    "party" "party" NOT NULL,
    "text" TEXT NOT NULL,
    "start_ms" INTEGER NOT NULL,
    "end_ms" INTEGER NOT NULL,
    "sentiment" DOUBLE PRECISION,
    "confidence" DOUBLE PRECISION,
    "rolling" DOUBLE PRECISION,
    "trend" "trend",
    "search_vector" tsvector GENERATED ALWAYS AS (to_tsvector('english'::regconfig, "text")) STORED,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "utterances_pkey" PRIMARY KEY ("call_id","utterance_id")
);

-- CreateTable
CREATE TABLE "topic_mentions" (
    "call_id" TEXT NOT NULL,
    "utterance_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "kind" "topic_kind" NOT NULL,
    "party" "party" NOT NULL,
    "at_ms" INTEGER NOT NULL,
    "confidence" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "topic_mentions_pkey" PRIMARY KEY ("call_id","utterance_id","key")
);

-- CreateTable
CREATE TABLE "mode_changes" (
    "id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "request_id" TEXT,
    "requested" "mode",
    "confirmed" "mode",
    "previous" "mode",
    "failed_code" TEXT,
    "failed_message" TEXT,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "mode_changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alerts" (
    "id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "severity" "alert_severity" NOT NULL,
    "detail" TEXT NOT NULL,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "utterance_id" TEXT,
    "active" BOOLEAN NOT NULL,
    "marked_wrong" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notes" (
    "id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suggestions" (
    "id" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_label" TEXT NOT NULL,
    "urgency" "urgency" NOT NULL,
    "state" "suggestion_state" NOT NULL,
    "text" TEXT NOT NULL,
    "original_text" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "stale" BOOLEAN NOT NULL DEFAULT false,
    "clip_hash" TEXT,
    "clip_duration_ms" INTEGER,
    "clip_error" TEXT,
    "claimed_by_user_id" TEXT,
    "claimed_by_name" TEXT,
    "waiting_for_pause" BOOLEAN NOT NULL DEFAULT false,
    "proof" JSONB,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "suggestions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suggestion_steps" (
    "suggestion_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" "suggestion_state" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT,
    "text" TEXT NOT NULL,
    "detail" TEXT,

    CONSTRAINT "suggestion_steps_pkey" PRIMARY KEY ("suggestion_id","position")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" BIGSERIAL NOT NULL,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT,
    "action" TEXT NOT NULL,
    "call_id" TEXT,
    "team_id" TEXT,
    "subject" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "role" "role" NOT NULL DEFAULT 'supervisor',
    "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verifications" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_limits" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "rate_limits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "teams" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "whisper_policy" "whisper_policy" NOT NULL DEFAULT 'approve',
    "suggestion_expiry_seconds" INTEGER NOT NULL DEFAULT 20,
    "max_suggestions_per_minute" INTEGER NOT NULL DEFAULT 4,
    "agent_sentiment" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_members" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_members_pkey" PRIMARY KEY ("team_id","user_id")
);

-- CreateTable
CREATE TABLE "agents" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "extension" TEXT NOT NULL,
    "team_id" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "calls_started_at_id_idx" ON "calls"("started_at" DESC, "id");

-- CreateIndex
CREATE INDEX "calls_team_id_started_at_idx" ON "calls"("team_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_agent_id_started_at_idx" ON "calls"("agent_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "calls_ended_at_idx" ON "calls"("ended_at");

-- CreateIndex
CREATE INDEX "utterances_call_id_start_ms_idx" ON "utterances"("call_id", "start_ms");

-- CreateIndex
CREATE INDEX "utterances_search_vector_idx" ON "utterances" USING GIN ("search_vector");

-- CreateIndex
CREATE INDEX "topic_mentions_key_call_id_idx" ON "topic_mentions"("key", "call_id");

-- CreateIndex
CREATE INDEX "mode_changes_call_id_at_idx" ON "mode_changes"("call_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "mode_changes_call_id_request_id_key" ON "mode_changes"("call_id", "request_id");

-- CreateIndex
CREATE INDEX "alerts_call_id_raised_at_idx" ON "alerts"("call_id", "raised_at");

-- CreateIndex
CREATE INDEX "notes_call_id_at_idx" ON "notes"("call_id", "at");

-- CreateIndex
CREATE INDEX "suggestions_call_id_proposed_at_idx" ON "suggestions"("call_id", "proposed_at");

-- CreateIndex
CREATE INDEX "suggestions_rule_state_idx" ON "suggestions"("rule", "state");

-- CreateIndex
CREATE INDEX "audit_entries_call_id_at_idx" ON "audit_entries"("call_id", "at");

-- CreateIndex
CREATE INDEX "audit_entries_team_id_at_idx" ON "audit_entries"("team_id", "at");

-- CreateIndex
CREATE INDEX "audit_entries_actor_user_id_at_idx" ON "audit_entries"("actor_user_id", "at");

-- CreateIndex
CREATE INDEX "audit_entries_at_idx" ON "audit_entries"("at");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_key" ON "sessions"("token");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_provider_id_account_id_key" ON "accounts"("provider_id", "account_id");

-- CreateIndex
CREATE INDEX "verifications_identifier_idx" ON "verifications"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "rate_limits_key_key" ON "rate_limits"("key");

-- CreateIndex
CREATE UNIQUE INDEX "teams_name_key" ON "teams"("name");

-- CreateIndex
CREATE INDEX "team_members_user_id_idx" ON "team_members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "agents_extension_key" ON "agents"("extension");

-- CreateIndex
CREATE INDEX "agents_team_id_idx" ON "agents"("team_id");

-- AddForeignKey
ALTER TABLE "call_parties" ADD CONSTRAINT "call_parties_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "utterances" ADD CONSTRAINT "utterances_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "topic_mentions" ADD CONSTRAINT "topic_mentions_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mode_changes" ADD CONSTRAINT "mode_changes_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notes" ADD CONSTRAINT "notes_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestions" ADD CONSTRAINT "suggestions_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suggestion_steps" ADD CONSTRAINT "suggestion_steps_suggestion_id_fkey" FOREIGN KEY ("suggestion_id") REFERENCES "suggestions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE SET NULL ON UPDATE CASCADE;

