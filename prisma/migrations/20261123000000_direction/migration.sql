-- CreateEnum
CREATE TYPE "direction" AS ENUM ('inbound', 'outbound', 'internal');

-- AlterTable
ALTER TABLE "calls" ADD COLUMN     "direction" "direction" NOT NULL DEFAULT 'inbound';
