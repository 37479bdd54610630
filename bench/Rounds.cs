// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Bench;

/// <summary>In each round every contender of a kind runs once; the first one changes from round to round.</summary>
internal sealed class Rounds(IReadOnlyList<Contender> contenders)
{
    /// <typeparam name="TContender">The kind: <see cref="Contender"/> or <see cref="OciRuntime"/>.</typeparam>
    /// <typeparam name="T">What is measured.</typeparam>
    /// <param name="count">How many rounds are measured.</param>
    /// <param name="warm">Whether a round that does not count comes first.</param>
    /// <param name="measure">Measures a contender.</param>
    /// <param name="add">Keeps what was measured.</param>
    public void Run<TContender, T>(int count, bool warm, Func<TContender, T> measure, Action<TContender, T> add) where TContender : Contender
    {
        TContender[] all = [.. contenders.OfType<TContender>()];
        HashSet<TContender> failed = [];
        for (int round = warm ? -1 : 0; round < count; round++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                TContender contender = all[(i + round + 1) % all.Length];
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
