import { goHome } from "@/lib/auth/loaders";

export default async function Home() {
  await goHome();
}
