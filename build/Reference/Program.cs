// SPDX-License-Identifier: Apache-2.0
using Runcs.Reference;

if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: Reference SHARE [DATE]\nwrites manual pages and shell completions to SHARE, such as /usr/local/share");
    return 2;
}
foreach ((string path, string text) in Documents.All(args.Length > 1 ? args[1] : ""))
{
    string file = Path.Combine(args[0], path);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    File.WriteAllText(file, text);
}
return 0;
