// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>In each round every contender runs once; the first one changes from round to round.</summary>
internal sealed class Rounds(IReadOnlyList<Contender> contenders)
{
    /// <param name="count">How many rounds are measured.</param>
    /// <param name="warm">Whether a round that does not count comes first.</param>
    /// <param name="measure">Measures a contender.</param>
    /// <param name="add">Keeps what was measured.</param>
    public void Run<T>(int count, bool warm, Func<Contender, T> measure, Action<Contender, T> add)
    {
        HashSet<Contender> failed = [];
        for (int round = warm ? -1 : 0; round < count; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                Contender contender = contenders[(i + round + 1) % contenders.Count];
                if (failed.Contains(contender))
                    continue;
                T? measured = default;
                if (!Guarded(contender, () => measured = measure(contender)))
                    failed.Add(contender);
                else if (round >= 0)
                    add(contender, measured!);
            }
        }
    }

    /// <summary>A contender that fails is reported and has no figure.</summary>
    public static bool Guarded(Contender contender, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine($"{contender.Name}: {exception.Message}");
            contender.DeleteAll();
            return false;
        }
    }
}
