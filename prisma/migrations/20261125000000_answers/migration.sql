-- AlterTable
ALTER TABLE "suggestions" ADD COLUMN     "response_name" TEXT,
ADD COLUMN     "response_user_id" TEXT;
