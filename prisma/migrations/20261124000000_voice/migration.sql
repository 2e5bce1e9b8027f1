-- AlterEnum
ALTER TYPE "role" ADD VALUE 'agent' BEFORE 'supervisor';

-- AlterTable
ALTER TABLE "suggestions" ADD COLUMN     "agent_response" TEXT;

-- AlterTable
ALTER TABLE "teams" ADD COLUMN     "tell_agents" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "whisper_tone" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "agent_id" TEXT;

-- CreateTable
CREATE TABLE "speakings" (
    "call_id" TEXT NOT NULL,
    "speaking_id" TEXT NOT NULL,
    "mode" "mode" NOT NULL,
    "actor_kind" "actor_kind" NOT NULL,
    "actor_user_id" TEXT,
    "actor_name" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "spoken_ms" INTEGER NOT NULL DEFAULT 0,
    "reason" TEXT,
    "detail" TEXT,
    "caller_clear" BOOLEAN,

    CONSTRAINT "speakings_pkey" PRIMARY KEY ("call_id","speaking_id")
);

-- CreateTable
CREATE TABLE "rehearsals" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "scenario_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "call_id" TEXT NOT NULL,
    "team_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "score" INTEGER,
    "result" JSONB,

    CONSTRAINT "rehearsals_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "speakings_call_id_started_at_idx" ON "speakings"("call_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "rehearsals_call_id_key" ON "rehearsals"("call_id");

-- CreateIndex
CREATE INDEX "rehearsals_user_id_started_at_idx" ON "rehearsals"("user_id", "started_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "users_agent_id_key" ON "users"("agent_id");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "speakings" ADD CONSTRAINT "speakings_call_id_fkey" FOREIGN KEY ("call_id") REFERENCES "calls"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rehearsals" ADD CONSTRAINT "rehearsals_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
